package io.finward.proxy.opening;

import io.finward.linux.epoll.EpollEvents;
import io.finward.linux.libc.Errno;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.access.AccessRequest;
import io.finward.proxy.access.Naming;
import io.finward.proxy.access.Verdict;
import io.finward.proxy.relay.Opening;
import io.finward.proxy.relay.OpeningSession;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.Heard;
import io.finward.proxy.session.Heard.Verified;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client being looked at: peeks until what it says is understood or time is up, asks the rules,
 * has the name verified if they want to know, and asks them again. Whatever comes of it, the client
 * is connected to where it meant to go, never to a name's address (CVE-2009-0801). Belongs to the
 * loop.
 */
final class Peek implements Opening {
  /**
   * Looks at one client. Who sends its hello in more pieces is looked at once more when time is up:
   * a byte in each packet shall not make us read the same bytes over and over.
   */
  private static final int MOST_LOOKS = 64;

  /** What the openings of a loop share. */
  record Means(OpeningSettings settings, AccessPolicy access, NameCheck names) {}

  private final OpeningSession session;
  private final Means means;
  private final boolean verifyAlways;
  private final Onward onward;
  private @Nullable Future<?> clock;
  private @Nullable Heard heard;
  private int looks;
  private boolean over;

  private Peek(OpeningSession session, Means means, boolean verifyAlways, Onward onward) {
    this.session = session;
    this.means = means;
    this.verifyAlways = verifyAlways;
    this.onward = onward;
  }

  static Opening begin(OpeningSession session, Means means, boolean verifyAlways, Onward onward) {
    Peek peek = new Peek(session, means, verifyAlways, onward);
    long longest = means.settings().peek().toMillis();
    peek.clock =
        session.home().loop().schedule(() -> peek.look(true), longest, TimeUnit.MILLISECONDS);
    return peek;
  }

  @Override
  public void ready(int events) {
    boolean ends = (events & (EpollEvents.EPOLLRDHUP | EpollEvents.EPOLLHUP)) != 0;
    if (heard == null && (ends || (events & EpollEvents.EPOLLIN) != 0)) {
      look(ends);
    }
  }

  @Override
  public void ended() {
    over = true;
    disarm();
  }

  /**
   * Looks at what has come.
   *
   * @param last whether there will be no more: a FIN is behind it, or time is up
   */
  private void look(boolean last) {
    if (!last && ++looks > MOST_LOOKS) {
      return;
    }
    int length = session.socket().peek(FirstWords.MOST_BYTES);
    if (length < 0 && length != -Errno.EAGAIN) {
      over = true;
      disarm();
      session.clientReset();
      return;
    }
    Heard said = null;
    if (length > 0) {
      byte[] bytes =
          session.home().memory().buffer().asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      said = FirstWords.read(bytes, length, destination());
    }
    if (said != null) {
      heard(said);
    } else if (last) {
      heard(Heard.of(length > 0 ? Heard.Protocol.UNFINISHED : Heard.Protocol.SILENT));
    }
  }

  private void heard(Heard said) {
    disarm();
    heard = said;
    String host = said.host();
    InetAddress literal = host == null ? null : literal(host);
    if (literal != null) {
      judge(said.with(literal.equals(destination().getAddress()) ? Verified.YES : Verified.NO));
    } else if (host != null && verifyAlways) {
      verify(said, host);
    } else {
      judge(said);
    }
  }

  private void judge(Heard said) {
    String host = said.host();
    AccessRequest known = request(said);
    switch (means.access().decide(known)) {
      case Verdict.Allow _ -> {
        done(said);
        onward.go(session, known);
      }
      case Verdict.Look _ when host != null && said.verified() == Verified.UNASKED ->
          verify(said, host);
      case Verdict.Look _,
          Verdict.Deny _,
          Verdict.Reset _,
          Verdict.Authenticate _,
          Verdict.Resolve _ -> {
        done(said);
        session.refuse(EndReason.DENIED);
      }
    }
  }

  private void done(Heard said) {
    over = true;
    session.heard(said);
  }

  private void verify(Heard said, String host) {
    means
        .names()
        .verify(
            host,
            destination().getAddress(),
            yes -> {
              if (!over) {
                judge(said.with(yes ? Verified.YES : Verified.NO));
              }
            });
  }

  private AccessRequest request(Heard said) {
    String host = said.host();
    Naming naming =
        host == null
            ? Naming.KNOWN
            : switch (said.verified()) {
              case YES -> Naming.KNOWN;
              case NO -> Naming.UNVERIFIED;
              case UNASKED -> Naming.CLAIMED;
            };
    return new AccessRequest(
        session.listener().name(),
        session.client().getAddress(),
        null,
        Set.of(),
        host == null || literal(host) != null ? null : host,
        naming,
        destination().getAddress(),
        destination().getPort(),
        said.method(),
        said.url(),
        said.protocol().word(),
        System.currentTimeMillis());
  }

  private InetSocketAddress destination() {
    return session.originalDestination();
  }

  private static @Nullable InetAddress literal(String host) {
    return NetUtil.createInetAddressFromIpAddressString(host);
  }

  private void disarm() {
    Future<?> running = clock;
    if (running != null) {
      running.cancel(false);
      clock = null;
    }
  }
}
