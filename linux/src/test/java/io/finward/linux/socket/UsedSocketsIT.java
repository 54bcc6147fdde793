package io.finward.linux.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.finward.linux.epoll.EpollEvents;
import io.finward.linux.epoll.HalfCloseSafeEpoll;
import io.finward.linux.libc.Errno;
import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sockets that connect to the same server again and again, on the kernel's own stack. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class UsedSocketsIT {
  private static final byte[] WORDS = "words".getBytes(US_ASCII);

  private final LoopMemory memory = new LoopMemory();
  private NetworkNamespace here;
  private MultiThreadIoEventLoopGroup group;
  private IoEventLoop loop;
  private UsedSockets used;

  @BeforeEach
  void start(NetworkNamespace namespace) {
    here = namespace;
    group =
        new MultiThreadIoEventLoopGroup(1, here.threadFactory(), HalfCloseSafeEpoll.newFactory());
    loop = group.next();
    used = new UsedSockets(loop, 4);
  }

  @AfterEach
  void stop() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1, true", "127.0.0.1, false", "::1, true", "::1, false"})
  void aSocketServesOneConnectionAfterTheOther(String address, boolean serverFirst)
      throws Exception {
    try (ServerSocket server = listen(address)) {
      Dialled first = dial(server);
      int port = first.peer.getPort();
      first.exchange();
      first.end(serverFirst);
      for (int i = 0; i < 3; i++) {
        Dialled next = again(server, first.socket);
        assertThat(next.peer.getPort()).isNotEqualTo(port);
        port = next.peer.getPort();
        next.exchange();
        next.end(serverFirst);
      }
    }
  }

  @Test
  void anotherServerGetsAnotherSocket() throws Exception {
    try (ServerSocket server = listen("127.0.0.1");
        ServerSocket other = listen("127.0.0.1")) {
      Dialled first = dial(server);
      first.end(true);
      Dialled second = dial(other);
      second.end(true);
      awaitFree(other, second.socket);
      assertThat(on(() -> used.take(ends(other, null)))).isNull();
      awaitFree(server, first.socket);
    }
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1, 127.0.0.8, 127.0.0.9", "::1, fd00::8, fd00::9"})
  void aSocketWithASourceServesThatSourceOnly(String address, String source, String another)
      throws Exception {
    here.run("ip", "-6", "addr", "add", "fd00::8/128", "dev", "lo", "nodad");
    InetAddress from = InetAddress.ofLiteral(source);
    try (ServerSocket server = listen(address)) {
      TcpSocket socket =
          on(() -> {
            TcpSocket opened = TcpSocket.open(memory, remote(server));
            assertThat(opened.setTransparent()).isZero();
            assertThat(opened.bind(from)).isZero();
            return opened;
          });
      Dialled first = connect(server, socket, from);
      first.exchange();
      first.end(true);
      awaitFree(server, from, socket);
      assertThat(on(() -> used.take(ends(server, null)))).isNull();
      Dialled next = connect(server, socket, from);

      assertThat(next.peer.getInetAddress()).isEqualTo(from).isEqualTo(first.peer.getInetAddress());
      assertThat(next.peer.getPort()).isNotEqualTo(first.peer.getPort());
      next.exchange();
      next.end(false);
      Awaitility.await()
          .until(() -> {
            assertThat(on(() -> used.take(ends(server, InetAddress.ofLiteral(another))))).isNull();
            return on(() -> used.take(ends(server, from))) == socket;
          });
    }
  }

  @Test
  void aSocketThatGotARstIsClosed() throws Exception {
    try (ServerSocket server = listen("127.0.0.1")) {
      Dialled dialled = dial(server);
      // Its FIN meets a server that has lost the connection.
      finsMeet(server, "reject with tcp reset");
      dialled.end(true);
      awaitClosed(server, dialled.socket);
      dialled.peer.close();
    }
  }

  @Test
  void whoHasNoTimestampsIsNotUsedAgain() throws Exception {
    here.run("sysctl", "-qw", "net.ipv4.tcp_timestamps=0");
    try (ServerSocket server = listen("127.0.0.1")) {
      Dialled dialled = dial(server);
      dialled.exchange();
      dialled.end(true);
      awaitClosed(server, dialled.socket);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFinThatIsNotAcknowledgedIsAwaited(boolean acknowledged) throws Exception {
    try (ServerSocket server = listen("127.0.0.1")) {
      Dialled dialled = dial(server);
      finsMeet(server, "counter drop");
      dialled.end(true);
      Awaitility.await()
          .until(() -> !here.run("nft", "list", "table", "inet", "t").contains("packets 0 "));
      assertThat(on(() -> used.take(ends(server, null)))).isNull();
      if (acknowledged) {
        here.run("nft", "delete", "table", "inet", "t");
        awaitFree(server, dialled.socket);
      } else {
        Awaitility.await().until(() -> !dialled.socket.fd().isOpen());
        assertThat(here.run("ss", "-Htn", "state", "last-ack")).contains(":");
      }
    }
  }

  @Test
  void nobodyIsKeptBeyondTheNumberNorForLong() throws Exception {
    try (ServerSocket server = listen("127.0.0.1")) {
      Dialled[] dialled = new Dialled[5];
      for (int i = 0; i < 5; i++) {
        dialled[i] = dial(server);
      }
      for (Dialled each : dialled) {
        each.end(true);
      }
      assertThat(dialled[4].socket.fd().isOpen()).isFalse();
      assertThat(dialled[3].socket.fd().isOpen()).isTrue();
      Awaitility.await().until(() -> !dialled[3].socket.fd().isOpen());
      assertThat(on(() -> used.take(ends(server, null)))).isNull();
    }
  }

  @Test
  void whatIsKeptIsClosedWhenAskedFor() throws Exception {
    try (ServerSocket server = listen("127.0.0.1")) {
      Dialled dialled = dial(server);
      dialled.end(false);
      on(() -> {
        used.close();
        return null;
      });
      assertThat(dialled.socket.fd().isOpen()).isFalse();
    }
  }

  /** A connection, and its server's end. */
  private final class Dialled {
    final TcpSocket socket;
    final Socket peer;
    final AtomicInteger events;

    Dialled(TcpSocket socket, Socket peer, AtomicInteger events) {
      this.socket = socket;
      this.peer = peer;
      this.events = events;
    }

    /** Some bytes each way. */
    void exchange() throws Exception {
      on(() -> {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment words = arena.allocate(WORDS.length).copyFrom(MemorySegment.ofArray(WORDS));
          assertThat(socket.send(words, WORDS.length)).isEqualTo(WORDS.length);
        }
        return null;
      });
      assertThat(peer.getInputStream().readNBytes(WORDS.length)).isEqualTo(WORDS);
      peer.getOutputStream().write(WORDS);
      Awaitility.await().until(() -> on(() -> socket.recv(100)) == WORDS.length);
    }

    /** Both ends are passed, and the socket is done with. */
    void end(boolean serverFirst) throws Exception {
      if (serverFirst) {
        peer.shutdownOutput();
        Awaitility.await().until(() -> (events.get() & EpollEvents.EPOLLRDHUP) != 0);
      } else {
        on(socket::shutdownWrite);
        assertThat(peer.getInputStream().read()).isNegative();
        peer.close();
        Awaitility.await().until(() -> (events.get() & EpollEvents.EPOLLHUP) != 0);
      }
      on(() -> {
        assertThat(socket.recv(100)).isZero();
        socket.retire(used);
        return null;
      });
    }
  }

  private static UsedSockets.Ends ends(ServerSocket server, @Nullable InetAddress source) {
    return new UsedSockets.Ends(remote(server), source);
  }

  private Dialled dial(ServerSocket server) throws Exception {
    return connect(server, on(() -> TcpSocket.open(memory, remote(server))));
  }

  private Dialled connect(ServerSocket server, TcpSocket socket) throws Exception {
    return connect(server, socket, null);
  }

  private Dialled connect(ServerSocket server, TcpSocket socket, @Nullable InetAddress source)
      throws Exception {
    AtomicInteger events = new AtomicInteger();
    on(() -> {
      socket.mayServeAgain(ends(server, source));
      assertThat(socket.connect(remote(server))).isIn(0, -Errno.EINPROGRESS);
      socket.register(loop, (_, bits) -> events.accumulateAndGet(bits, (a, b) -> a | b));
      return null;
    });
    Socket peer = server.accept();
    Awaitility.await().until(() -> (events.get() & EpollEvents.EPOLLOUT) != 0);
    assertThat(events.get() & (EpollEvents.EPOLLERR | EpollEvents.EPOLLHUP)).isZero();
    return new Dialled(socket, peer, events);
  }

  private Dialled again(ServerSocket server, TcpSocket expected) throws Exception {
    awaitFree(server, expected);
    return connect(server, expected);
  }

  /** Takes the socket that serves again, as soon as it can. */
  private void awaitFree(ServerSocket server, TcpSocket expected) {
    awaitFree(server, null, expected);
  }

  private void awaitFree(ServerSocket server, @Nullable InetAddress source, TcpSocket expected) {
    Awaitility.await().until(() -> on(() -> used.take(ends(server, source))), expected::equals);
  }

  /** Nobody gets it before it is closed. */
  private void awaitClosed(ServerSocket server, TcpSocket socket) {
    Awaitility.await()
        .until(() -> {
          assertThat(on(() -> used.take(ends(server, null)))).isNull();
          return !socket.fd().isOpen();
        });
  }

  /** What becomes of FINs to a server from now on. */
  private void finsMeet(ServerSocket server, String statement) throws Exception {
    here.run("nft", "add table inet t; add chain inet t in { type filter hook input priority 0; }");
    here.run(
        "nft",
        "add rule inet t in tcp dport %d tcp flags & fin != 0 %s"
            .formatted(server.getLocalPort(), statement));
  }

  private ServerSocket listen(String address) throws Exception {
    return here.call(() -> new ServerSocket(0, 50, InetAddress.getByName(address)));
  }

  private static InetSocketAddress remote(ServerSocket server) {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  private <T extends @Nullable Object> T on(Callable<T> action) throws Exception {
    return loop.submit(action).get();
  }
}
