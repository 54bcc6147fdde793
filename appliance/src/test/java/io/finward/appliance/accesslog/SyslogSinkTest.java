package io.finward.appliance.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** To real datagram sockets. */
@Timeout(30)
class SyslogSinkTest {
  private static final int LOCAL7 = 23;
  private static final long PID = ProcessHandle.current().pid();

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aServerGetsRfc5424(String address) throws Exception {
    try (DatagramSocket server = new DatagramSocket(0, InetAddress.ofLiteral(address));
        SyslogSink sink =
            SyslogSink.remote(
                new Destination.SyslogServer(
                    (InetSocketAddress) server.getLocalSocketAddress(), 16))) {
      assertThat(sink.write(List.of(line("a \"b\""), line("c"))))
          .isEqualTo(new Sink.Written(2, null));
      assertThat(received(server))
          .matches(
              "<134>1 \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z \\S+ finward %d access - a \"b\""
                  .formatted(PID));
      assertThat(received(server)).endsWith(" access - c");
    }
  }

  @Test
  void aLongLineIsCut() throws Exception {
    try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        SyslogSink sink =
            SyslogSink.remote(
                new Destination.SyslogServer(
                    (InetSocketAddress) server.getLocalSocketAddress(), LOCAL7))) {
      sink.write(List.of(line("x".repeat(5000))));
      assertThat(received(server)).hasSize(SyslogSink.LONGEST).endsWith("xxx");
    }
  }

  @Test
  void aServerThatRefusesIsNoticed() throws Exception {
    InetSocketAddress nobody;
    try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      nobody = (InetSocketAddress) server.getLocalSocketAddress();
    }
    try (SyslogSink sink = SyslogSink.remote(new Destination.SyslogServer(nobody, LOCAL7))) {
      await().until(() -> sink.write(List.of(line("a"))).problem() != null);
    }
  }

  @Test
  void aLocalDaemonGetsWhatSyslog3WritesAlsoAfterItWasStartedAgain() throws Exception {
    Path socket = folder.resolve("log");
    try (SyslogSink sink = SyslogSink.local(new Destination.SyslogSocket(socket, LOCAL7))) {
      assertThat(sink.write(List.of(line("nobody is there"))))
          .isEqualTo(new Sink.Written(0, "connect " + socket + ": ENOENT"));
      for (String said : List.of("one", "two")) {
        try (LocalDaemon daemon = new LocalDaemon(socket)) {
          assertThat(sink.write(List.of(line(said)))).isEqualTo(new Sink.Written(1, null));
          assertThat(daemon.received.poll(10, TimeUnit.SECONDS))
              .matches(
                  "<190>[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d finward\\[%d]: %s"
                      .formatted(PID, said));
        }
        Files.delete(socket);
      }
    }
  }

  @Test
  void aLocalDaemonThatDoesNotReadCostsLines() throws Exception {
    Path socket = folder.resolve("log");
    try (LocalDaemon daemon = new LocalDaemon(socket);
        SyslogSink sink = SyslogSink.local(new Destination.SyslogSocket(socket, LOCAL7))) {
      daemon.stopReading();
      List<byte[]> many = Collections.nCopies(5000, line("x"));
      Sink.Written written = sink.write(many);
      assertThat(written.problem()).isEqualTo("send " + socket + ": EAGAIN");
      assertThat(written.lines()).isLessThan(5000);
    }
  }

  private static byte[] line(String text) {
    return (text + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static String received(DatagramSocket server) throws Exception {
    DatagramPacket packet = new DatagramPacket(new byte[8192], 8192);
    server.receive(packet);
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
  }

  /** A bound Unix datagram socket, and what comes to it. */
  private static final class LocalDaemon implements AutoCloseable {
    final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final MultiThreadIoEventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Channel channel;

    LocalDaemon(Path path) {
      channel =
          new Bootstrap()
              .group(loop)
              .channel(EpollDomainDatagramChannel.class)
              .handler(
                  new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                    @Override
                    protected void channelRead0(
                        ChannelHandlerContext context, DomainDatagramPacket packet) {
                      received.add(packet.content().toString(StandardCharsets.US_ASCII));
                    }
                  })
              .bind(new DomainSocketAddress(path.toFile()))
              .syncUninterruptibly()
              .channel();
    }

    void stopReading() {
      channel.config().setAutoRead(false);
      // A read that was asked for before is answered once more.
      channel.eventLoop().submit(() -> {}).syncUninterruptibly();
    }

    @Override
    public void close() {
      channel.close().syncUninterruptibly();
      loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }
}
