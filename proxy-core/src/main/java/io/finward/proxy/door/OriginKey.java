package io.finward.proxy.door;

import io.finward.proxy.http.Authority;
import io.finward.proxy.session.SessionView;
import io.finward.proxy.upstream.Parent;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Which requests a connection can carry: all that have the same key. Doors speak plain http to
 * origins, from one source address for each family, so neither is a part of it.
 *
 * @param authority the origin at its other end; null when that is an HTTP parent, which takes
 *     requests for every origin
 * @param parent the parent it goes to or through, with our login there; null when it goes straight
 * @param told the client that a PROXY header has named at its beginning; null without a header
 */
record OriginKey(
    @Nullable Authority authority, @Nullable Parent parent, @Nullable InetSocketAddress told) {
  static OriginKey of(SessionView session, Authority to, @Nullable Parent parent) {
    boolean tells =
        parent == null
            ? session.listener().proxyProtocol().send() != null
            : parent.header() != null;
    return new OriginKey(asProxy(parent) ? null : to, parent, tells ? session.client() : null);
  }

  /** The parent that wants requests as a proxy gets them; null when there is none. */
  @Nullable Parent proxy() {
    return asProxy(parent) ? parent : null;
  }

  private static boolean asProxy(@Nullable Parent parent) {
    return parent != null && parent.protocol() == Parent.Protocol.HTTP;
  }
}
