package io.finward.proxy.upstream;

import io.finward.linux.epoll.EpollEvents;
import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import io.finward.linux.socket.LoopMemory;
import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.access.Verdict;
import io.netty.channel.IoEventLoop;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reaches for one destination: resolves its name, asks the policy about each address, and dials
 * those it may, families taking turns, the next one whenever 250 ms have passed or one has failed
 * (RFC 8305, sections 4 and 5). The first that answers wins. Belongs to the loop.
 */
final class Reach implements Reaching {
  private static final long ATTEMPT_DELAY_MILLIS = 250;
  private static final int MOST_ADDRESSES = 16;

  /**
   * What a reach uses of its loop.
   *
   * @param loop the loop
   * @param memory the loop's, for handshakes
   * @param dialer begins connections
   * @param names asks DNS
   * @param limit how long all attempts together may take
   * @param leg what connections are like
   */
  record Means(
      IoEventLoop loop, LoopMemory memory, Dialer dialer, Names names, Duration limit, Leg leg) {}

  private final Means means;
  private final Function<InetAddress, Verdict> policy;
  private final Consumer<Reached> told;
  private final Queue<InetSocketAddress> candidates = new ArrayDeque<>();
  private final List<TcpSocket> attempts = new ArrayList<>();
  private @Nullable Future<?> nextAttempt;
  private @Nullable Future<?> deadline;
  private int lastError = Errno.ECONNREFUSED;
  private boolean over;

  Reach(Means means, Function<InetAddress, Verdict> policy, Consumer<Reached> told) {
    this.means = means;
    this.policy = policy;
    this.told = told;
  }

  void begin(String host, int port) {
    deadline =
        means
            .loop()
            .schedule(
                () -> finish(new Reached.Failed(Errno.ETIMEDOUT)),
                means.limit().toMillis(),
                TimeUnit.MILLISECONDS);
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
    if (literal != null) {
      try {
        dial(List.of(InetAddress.getByAddress(literal)), port);
      } catch (UnknownHostException e) {
        throw new IllegalStateException(e);
      }
      return;
    }
    means
        .names()
        .resolve(host)
        .addListener((Future<List<InetAddress>> answer) -> {
          if (over) {
            return;
          }
          if (answer.isSuccess() && !answer.getNow().isEmpty()) {
            dial(answer.getNow(), port);
          } else {
            finish(new Reached.NoAddress());
          }
        });
  }

  @Override
  public void cancel() {
    if (!over) {
      end(null);
    }
  }

  private void dial(List<InetAddress> addresses, int port) {
    Verdict refused = null;
    List<InetAddress> allowed = new ArrayList<>();
    for (InetAddress address : addresses) {
      Verdict verdict = policy.apply(address);
      switch (verdict) {
        case Verdict.Allow _ -> allowed.add(address);
        // With the address there is nothing left to resolve.
        case Verdict.Resolve _ -> refused = new Verdict.Deny("unresolved");
        case Verdict.Deny _, Verdict.Reset _, Verdict.Authenticate _, Verdict.Look _ ->
            refused = verdict;
      }
    }
    if (allowed.isEmpty()) {
      finish(refused == null ? new Reached.NoAddress() : new Reached.Refused(refused));
      return;
    }
    interleave(allowed).forEach(address -> candidates.add(new InetSocketAddress(address, port)));
    attempt();
  }

  private static List<InetAddress> interleave(List<InetAddress> addresses) {
    int first = addresses.getFirst().getAddress().length;
    List<InetAddress> same = new ArrayList<>();
    List<InetAddress> other = new ArrayList<>();
    for (InetAddress address : addresses) {
      (address.getAddress().length == first ? same : other).add(address);
    }
    List<InetAddress> turns = new ArrayList<>();
    for (int i = 0; i < addresses.size() && turns.size() < MOST_ADDRESSES; i++) {
      if (i < same.size()) {
        turns.add(same.get(i));
      }
      if (i < other.size()) {
        turns.add(other.get(i));
      }
    }
    return turns;
  }

  private void attempt() {
    Future<?> waiting = nextAttempt;
    if (waiting != null) {
      waiting.cancel(false);
      nextAttempt = null;
    }
    while (!over) {
      InetSocketAddress remote = candidates.poll();
      if (remote == null) {
        if (attempts.isEmpty()) {
          finish(new Reached.Failed(lastError));
        }
        return;
      }
      try {
        TcpSocket socket = means.dialer().dial(remote, means.leg());
        attempts.add(socket);
        socket.register(means.loop(), (ready, events) -> ready(ready, events, remote));
        break;
      } catch (KernelException e) {
        lastError = e.errno();
      }
    }
    if (!over && !candidates.isEmpty()) {
      nextAttempt =
          means.loop().schedule(this::attempt, ATTEMPT_DELAY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void ready(TcpSocket socket, int events, InetSocketAddress remote) {
    if (over) {
      return;
    }
    if ((events & (EpollEvents.EPOLLERR | EpollEvents.EPOLLHUP)) != 0) {
      int error = socket.takeError();
      lastError = error == 0 ? Errno.ECONNREFUSED : error;
      attempts.remove(socket);
      socket.close();
      attempt();
    } else if ((events & EpollEvents.EPOLLOUT) != 0) {
      attempts.remove(socket);
      finish(new Reached.Connected(socket, remote, null));
    }
  }

  private void finish(Reached reached) {
    if (!over) {
      end(reached);
    }
  }

  private void end(@Nullable Reached reached) {
    over = true;
    for (Future<?> timer : new Future<?>[] {nextAttempt, deadline}) {
      if (timer != null) {
        timer.cancel(false);
      }
    }
    attempts.forEach(TcpSocket::close);
    attempts.clear();
    if (reached != null) {
      told.accept(reached);
    }
  }
}
