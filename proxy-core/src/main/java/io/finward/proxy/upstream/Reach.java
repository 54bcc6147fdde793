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
import java.net.Inet6Address;
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
 * those it may as they become known, at most 16 of them, families taking turns, the next one
 * whenever 250 ms have passed or one has failed (RFC 8305, sections 3 to 5). The first that answers
 * wins. Belongs to the loop.
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
  private final Queue<InetSocketAddress> ipv6 = new ArrayDeque<>();
  private final Queue<InetSocketAddress> ipv4 = new ArrayDeque<>();
  private final List<TcpSocket> attempts = new ArrayList<>();
  private @Nullable Future<?> nextAttempt;
  private @Nullable Future<?> deadline;
  private @Nullable Verdict refused;
  private int lastError = Errno.ECONNREFUSED;
  private boolean allKnown;
  private int dialled;
  private boolean lastWasIpv6;
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
        take(new Lookup.Batch(List.of(InetAddress.getByAddress(literal)), true), port);
      } catch (UnknownHostException e) {
        throw new IllegalStateException(e);
      }
      return;
    }
    means.names().lookUp(host, batch -> take(batch, port));
  }

  @Override
  public void cancel() {
    if (!over) {
      end(null);
    }
  }

  private void take(Lookup.Batch batch, int port) {
    if (over) {
      return;
    }
    allKnown |= batch.last();
    for (InetAddress address : batch.addresses()) {
      Verdict verdict = policy.apply(address);
      switch (verdict) {
        case Verdict.Allow _ -> add(new InetSocketAddress(address, port));
        // With the address there is nothing left to resolve.
        case Verdict.Resolve _ -> refused = new Verdict.Deny("unresolved");
        case Verdict.Deny _, Verdict.Reset _, Verdict.Authenticate _, Verdict.Look _ ->
            refused = verdict;
      }
    }
    if (nextAttempt == null && attempts.isEmpty()) {
      attempt();
    } else if (nextAttempt == null) {
      scheduleAttempt();
    }
  }

  private void add(InetSocketAddress candidate) {
    Queue<InetSocketAddress> family = isIpv6(candidate) ? ipv6 : ipv4;
    if (family.size() < MOST_ADDRESSES) {
      family.add(candidate);
    }
  }

  /**
   * The next address, of the family that was not dialled last where there is one; null when there
   * is none left or the most have been dialled.
   */
  private @Nullable InetSocketAddress next() {
    if (dialled == MOST_ADDRESSES) {
      ipv6.clear();
      ipv4.clear();
      return null;
    }
    InetSocketAddress next = (lastWasIpv6 ? ipv4 : ipv6).poll();
    if (next == null) {
      next = (lastWasIpv6 ? ipv6 : ipv4).poll();
    }
    if (next != null) {
      lastWasIpv6 = isIpv6(next);
      dialled++;
    }
    return next;
  }

  private static boolean isIpv6(InetSocketAddress candidate) {
    return candidate.getAddress() instanceof Inet6Address;
  }

  /** What it came to when there is nobody left to dial. */
  private Reached failure() {
    if (dialled > 0) {
      return new Reached.Failed(lastError);
    }
    return refused == null ? new Reached.NoAddress() : new Reached.Refused(refused);
  }

  private void attempt() {
    Future<?> waiting = nextAttempt;
    if (waiting != null) {
      waiting.cancel(false);
      nextAttempt = null;
    }
    while (!over) {
      InetSocketAddress remote = next();
      if (remote == null) {
        if (attempts.isEmpty() && allKnown) {
          finish(failure());
        }
        return;
      }
      try {
        TcpSocket socket = means.dialer().dial(remote, means.leg());
        attempts.add(socket);
        socket.register(means.loop(), (_, events) -> ready(socket, events, remote));
        break;
      } catch (KernelException e) {
        lastError = e.errno();
      }
    }
    scheduleAttempt();
  }

  private void scheduleAttempt() {
    if (!over && !(ipv6.isEmpty() && ipv4.isEmpty())) {
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
