package io.finward.proxy.door;

import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.access.AccessRequest;
import io.finward.proxy.access.Naming;
import io.finward.proxy.access.Verdict;
import io.finward.proxy.http.Authority;
import io.finward.proxy.opening.NameCheck;
import io.finward.proxy.relay.DoorSession;
import io.finward.proxy.session.Heard;
import io.finward.proxy.session.SessionView;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is different when a talk's client does not know of us: all its requests go to its original
 * destination, whatever host they name, and say what they said. The name is a claim, which each
 * request makes anew and the rules are asked about.
 */
final class Interception {
  private static final String SCHEME = "http://";
  private static final int HTTP = 80;

  private final DoorSession session;
  private final AccessPolicy access;
  private final NameCheck names;
  private final InetSocketAddress destination;

  Interception(DoorSession session, AccessPolicy access, NameCheck names) {
    this.session = session;
    this.access = access;
    this.names = names;
    this.destination = session.originalDestination();
  }

  /** The one key of all connections of this client: they carry whatever it asks. */
  OriginKey key(SessionView session) {
    return OriginKey.of(session, of(destination), null);
  }

  /** What a request asks for; null when it is no server's to answer. */
  @Nullable HttpRoute route(HttpRequest request) {
    String uri = request.uri();
    String host = request.headers().get(HttpHeaderNames.HOST);
    boolean absolute = uri.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    if (request.method().equals(HttpMethod.CONNECT)
        || !(absolute || uri.startsWith("/") || uri.equals("*"))) {
      return null;
    }
    Authority authority =
        absolute
            ? Authority.parse(uri.substring(SCHEME.length(), pathOf(uri)), HTTP)
            : host == null || host.isEmpty() ? of(destination) : Authority.parse(host, HTTP);
    return authority == null ? null : HttpRoute.asSent(authority, uri);
  }

  /**
   * Asks the rules about a request, and DNS about its name where they want to know.
   *
   * @param told exactly once, possibly within this call: Allow, Deny or Reset
   */
  void judge(Errand errand, Consumer<Verdict> told) {
    String host = errand.to().host();
    InetAddress literal = NetUtil.createInetAddressFromIpAddressString(host);
    if (literal != null) {
      boolean same = literal.equals(destination.getAddress());
      told.accept(ask(errand, null, same ? Naming.KNOWN : Naming.UNVERIFIED));
      return;
    }
    Verdict verdict = ask(errand, host, Naming.CLAIMED);
    if (verdict instanceof Verdict.Look) {
      names.verify(
          host,
          destination.getAddress(),
          yes -> told.accept(ask(errand, host, yes ? Naming.KNOWN : Naming.UNVERIFIED)));
    } else {
      told.accept(verdict);
    }
  }

  private Verdict ask(Errand errand, @Nullable String name, Naming naming) {
    Verdict verdict =
        access.decide(
            new AccessRequest(
                session.listener().name(),
                session.client().getAddress(),
                null,
                Set.of(),
                name,
                naming,
                destination.getAddress(),
                destination.getPort(),
                errand.exchange().method(),
                url(errand),
                Heard.Protocol.HTTP.word(),
                System.currentTimeMillis()));
    // Nobody can be asked for a password.
    return verdict instanceof Verdict.Authenticate(String rule) ? new Verdict.Deny(rule) : verdict;
  }

  private static String url(Errand errand) {
    String uri = errand.head().uri();
    String rest = uri.equals("*") ? "" : uri.startsWith("/") ? uri : uri.substring(pathOf(uri));
    return SCHEME + errand.to().hostHeader() + rest;
  }

  private static int pathOf(String uri) {
    int end = SCHEME.length();
    while (end < uri.length() && "/?#".indexOf(uri.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  private static Authority of(InetSocketAddress address) {
    return new Authority(NetUtil.toAddressString(address.getAddress()), address.getPort());
  }
}
