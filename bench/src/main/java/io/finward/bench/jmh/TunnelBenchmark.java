package io.finward.bench.jmh;

import io.finward.linux.epoll.EpollEvents;
import io.finward.linux.socket.LoopMemory;
import io.finward.linux.socket.PipePool;
import io.finward.linux.socket.TcpSocket;
import io.finward.linux.socket.UsedSockets;
import io.finward.proxy.session.Side;
import io.finward.proxy.tunnel.StashBudget;
import io.finward.proxy.tunnel.Tunnel;
import io.finward.proxy.tunnel.TunnelEvents;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A hundred bytes through a tunnel and as many back, over loopback: two wake-ups' work, with the
 * system calls of both far ends beside its own.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TunnelBenchmark {
  private final byte[] bytes = new byte[100];
  private final LoopMemory memory = new LoopMemory();
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final Pair client;
  private final Pair server;
  private final Tunnel tunnel;

  /** A socket of the tunnel's, and who is at its other end. */
  private record Pair(TcpSocket near, Socket far) {
    static Pair open(LoopMemory memory) throws IOException {
      try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        InetSocketAddress to = (InetSocketAddress) listener.getLocalSocketAddress();
        TcpSocket near = TcpSocket.open(memory, to);
        near.connect(to);
        Socket far = listener.accept();
        far.setTcpNoDelay(true);
        return new Pair(near, far);
      }
    }
  }

  private static final class Deaf implements TunnelEvents {
    @Override
    public void firstBytes(Side from) {
      // Nobody wants to know.
    }

    @Override
    public void finReceived(Side from) {
      // Nobody wants to know.
    }

    @Override
    public void finSent(Side to) {
      // Nobody wants to know.
    }

    @Override
    public void broken(Side side, int errno) {
      throw new IllegalStateException(side + " broke: " + errno);
    }

    @Override
    public void closed() {
      // Nobody wants to know.
    }
  }

  /** Opens it. */
  public TunnelBenchmark() {
    try {
      client = Pair.open(memory);
      server = Pair.open(memory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    IoEventLoop loop = group.next();
    tunnel =
        new Tunnel(
            new Tunnel.Loop(
                loop, memory, new PipePool(1), new StashBudget(1 << 20), new UsedSockets(loop, 0)),
            client.near,
            server.near,
            new Deaf());
  }

  /** Closes it. */
  @TearDown
  public void close() throws IOException {
    tunnel.close();
    client.far.close();
    server.far.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** There and back; returns the bytes that came back. */
  @Benchmark
  public int echo() throws IOException {
    client.far.getOutputStream().write(bytes);
    tunnel.note(Side.CLIENT, EpollEvents.EPOLLIN);
    tunnel.pump();
    int there = server.far.getInputStream().readNBytes(bytes, 0, bytes.length);
    server.far.getOutputStream().write(bytes, 0, there);
    tunnel.note(Side.SERVER, EpollEvents.EPOLLIN);
    tunnel.pump();
    return client.far.getInputStream().readNBytes(bytes, 0, bytes.length);
  }
}
