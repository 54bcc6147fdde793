package io.finward.proxy.upstream;

import io.finward.linux.libc.Errno;
import io.finward.linux.socket.LoopMemory;
import io.finward.linux.socket.StreamSocket;
import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.access.Verdict;
import io.finward.proxy.header.HeaderVersion;
import io.finward.proxy.header.PeerHeader;
import io.finward.proxy.tls.TlsSocket;
import io.finward.proxy.tls.TlsTrust;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reaches for one destination through parents, one after the other until one works: dials it and
 * has it connect, unless the destination is to be asked for in the parent's own HTTP. What a parent
 * says of the destination is final; only a parent that does not work makes way for the next.
 * Belongs to the loop.
 */
final class ParentReach implements Reaching {
  private static final String CLOSED = "has closed the connection";

  private final Reach.Means means;
  private final ParentHealth health;
  private final Destination to;
  private final PeerHeader ends;
  private final Consumer<Reached> told;
  private final Queue<Parent> left = new ArrayDeque<>();
  private final ByteBuf received = Unpooled.buffer(0);
  private @Nullable Reach dialling;
  private @Nullable StreamSocket socket;
  private @Nullable Future<?> deadline;
  private boolean over;

  ParentReach(
      Reach.Means means,
      ParentHealth health,
      Destination to,
      PeerHeader ends,
      Consumer<Reached> told) {
    this.means = means;
    this.health = health;
    this.to = to;
    this.ends = ends;
    this.told = told;
  }

  void begin(List<Parent> parents) {
    left.addAll(health.order(parents, System.nanoTime()));
    next(new Reached.Failed(Errno.ECONNREFUSED));
  }

  @Override
  public void cancel() {
    if (!over) {
      over = true;
      Reach running = dialling;
      if (running != null) {
        running.cancel();
      }
      dropSocket();
      stopClock();
    }
  }

  private void next(Reached last) {
    Parent parent = left.poll();
    if (parent == null) {
      finish(last);
      return;
    }
    Reach reach = new Reach(means, _ -> new Verdict.Allow(), reached -> dialled(parent, reached));
    dialling = reach;
    reach.begin(parent.host(), parent.port());
  }

  private void dialled(Parent parent, Reached reached) {
    dialling = null;
    if (reached instanceof Reached.Connected connected) {
      socket = connected.socket();
      HeaderVersion version = parent.header();
      byte[] header =
          version == null ? new byte[0] : version.header(ends.source(), ends.destination());
      deadline =
          means
              .loop()
              .schedule(
                  () -> broken(parent, Errno.ETIMEDOUT, "does not answer"),
                  means.limit().toMillis(),
                  TimeUnit.MILLISECONDS);
      TlsTrust trust = parent.trust();
      if (!say(connected.socket(), Unpooled.wrappedBuffer(header))) {
        broken(parent, Errno.ECONNRESET, CLOSED);
      } else if (trust != null && connected.socket() instanceof TcpSocket tcp) {
        secure(parent, trust, tcp, connected.remote());
      } else {
        connected(parent, connected.socket(), connected.remote());
      }
    } else {
      health.failed(parent, System.nanoTime(), reasonOf(reached));
      next(reached);
    }
  }

  private static String reasonOf(Reached reached) {
    return switch (reached) {
      case Reached.Failed(int errno) -> Errno.name(errno);
      case Reached.NoAddress _ -> "its name does not resolve";
      case Reached.Connected _, Reached.Refused _, Reached.ByParent _ -> "not reached";
    };
  }

  private void secure(Parent parent, TlsTrust trust, TcpSocket tcp, InetSocketAddress remote) {
    socket =
        TlsSocket.over(
            tcp,
            means.loop(),
            means.memory(),
            trust,
            parent.port(),
            problem -> secured(parent, remote, problem));
  }

  private void secured(Parent parent, InetSocketAddress remote, @Nullable String problem) {
    StreamSocket mine = socket;
    if (over || mine == null) {
      return;
    }
    if (problem == null) {
      connected(parent, mine, remote);
    } else {
      broken(parent, Errno.EPROTO, problem);
    }
  }

  private void connected(Parent parent, StreamSocket mine, InetSocketAddress remote) {
    if (parent.protocol() == Parent.Protocol.HTTP && to.asHttp()) {
      health.works(parent);
      socket = null;
      finish(new Reached.Connected(mine, remote, parent));
    } else {
      shake(parent, mine, remote);
    }
  }

  private void shake(Parent parent, StreamSocket mine, InetSocketAddress remote) {
    received.clear();
    Handshake handshake =
        switch (parent.protocol()) {
          case HTTP -> new HttpHandshake(parent, to);
          case SOCKS5 -> new SocksHandshake(parent, to.host(), to.port());
        };
    if (!say(mine, handshake.opening())) {
      broken(parent, Errno.ECONNRESET, CLOSED);
      return;
    }
    mine.handTo((_, _) -> ready(parent, handshake, remote));
  }

  private void ready(Parent parent, Handshake handshake, InetSocketAddress remote) {
    StreamSocket mine = socket;
    while (!over && mine != null && mine.equals(socket)) {
      int count = mine.recv(LoopMemory.BUFFER_SIZE);
      if (count == -Errno.EAGAIN) {
        return;
      }
      if (count <= 0) {
        broken(parent, count == 0 ? Errno.ECONNRESET : -count, CLOSED);
        return;
      }
      received.writeBytes(means.memory().buffer().asSlice(0, count).asByteBuffer());
      step(parent, handshake, remote, mine);
    }
  }

  private void step(
      Parent parent, Handshake handshake, InetSocketAddress remote, StreamSocket mine) {
    switch (handshake.received(received)) {
      case Handshake.Step.More _ -> {}
      case Handshake.Step.Say(ByteBuf bytes) -> {
        if (!say(mine, bytes)) {
          broken(parent, Errno.ECONNRESET, CLOSED);
        }
      }
      case Handshake.Step.Done _ -> {
        health.works(parent);
        socket = null;
        finish(new Reached.Connected(mine, remote, parent, received));
      }
      case Handshake.Step.Refused(int status, String challenge) -> {
        health.works(parent);
        dropSocket();
        finish(new Reached.ByParent(status, challenge));
      }
      case Handshake.Step.Broken _ -> broken(parent, Errno.EPROTO, "does not speak its protocol");
    }
  }

  /** A handshake's words fit any send buffer; a connection that does not take them is broken. */
  private boolean say(StreamSocket to, ByteBuf words) {
    int length = words.readableBytes();
    if (length == 0) {
      return true;
    }
    MemorySegment buffer = means.memory().buffer();
    words.readBytes(buffer.asSlice(0, length).asByteBuffer());
    return to.send(buffer, length) == length;
  }

  private void broken(Parent parent, int errno, String why) {
    if (!over) {
      stopClock();
      dropSocket();
      health.failed(parent, System.nanoTime(), why);
      next(new Reached.Failed(errno));
    }
  }

  private void dropSocket() {
    StreamSocket mine = socket;
    if (mine != null) {
      socket = null;
      mine.close();
    }
  }

  private void stopClock() {
    Future<?> running = deadline;
    if (running != null) {
      running.cancel(false);
      deadline = null;
    }
  }

  private void finish(Reached reached) {
    if (!over) {
      over = true;
      stopClock();
      told.accept(reached);
    }
  }
}
