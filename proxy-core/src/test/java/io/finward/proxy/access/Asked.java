package io.finward.proxy.access;

import java.net.InetAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Requests as the tests ask about them. */
final class Asked {
  private Asked() {}

  /** A CONNECT of an unknown user; the destination is a name or an address. */
  static AccessRequest connect(String client, String destination, int port) {
    boolean literal = destination.indexOf(':') >= 0 || destination.matches("[0-9.]+");
    return new AccessRequest(
        "proxy",
        InetAddress.ofLiteral(client),
        null,
        Set.of(),
        literal ? null : destination,
        literal ? InetAddress.ofLiteral(destination) : null,
        port,
        "CONNECT",
        destination + ":" + port,
        0);
  }

  static AccessRequest by(AccessRequest asked, @Nullable String user, String... groups) {
    return new AccessRequest(
        asked.listener(),
        asked.client(),
        user,
        Set.of(groups),
        asked.name(),
        asked.address(),
        asked.port(),
        asked.method(),
        asked.target(),
        asked.millis());
  }

  static AccessRequest to(AccessRequest asked, String address) {
    return new AccessRequest(
        asked.listener(),
        asked.client(),
        asked.user(),
        asked.groups(),
        asked.name(),
        InetAddress.ofLiteral(address),
        asked.port(),
        asked.method(),
        asked.target(),
        asked.millis());
  }

  static AccessRequest get(String url) {
    return new AccessRequest(
        "proxy",
        InetAddress.ofLiteral("192.0.2.7"),
        null,
        Set.of(),
        "www.example.org",
        null,
        80,
        "GET",
        url,
        0);
  }

  /**
   * An intercepted connection to 198.51.100.1:80; a request for {@code /x} where there is a name.
   */
  static AccessRequest intercepted(@Nullable String name, Naming naming) {
    return new AccessRequest(
        "web",
        InetAddress.ofLiteral("192.0.2.7"),
        null,
        Set.of(),
        name,
        naming,
        InetAddress.ofLiteral("198.51.100.1"),
        80,
        naming == Naming.UNSEEN ? null : "GET",
        naming == Naming.UNSEEN ? null : "http://" + (name == null ? "198.51.100.1" : name) + "/x",
        naming == Naming.UNSEEN ? null : "http",
        0);
  }

  static Networks networks(String... texts) {
    return Networks.of(
        java.util.Arrays.stream(texts)
            .map(text -> {
              String[] parts = text.split("/", -1);
              InetAddress address = InetAddress.ofLiteral(parts[0]);
              return new Networks.Network(
                  address,
                  parts.length == 1 ? address.getAddress().length * 8 : Integer.parseInt(parts[1]));
            })
            .toList());
  }
}
