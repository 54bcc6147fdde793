package io.finward.bench;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The peers that {@code --peer} knows. */
enum PeerKind {
  HAPROXY("haproxy.cfg", true, "haproxy-explicit.cfg"),
  NGINX("nginx.conf", false, null),
  SQUID("squid.conf", true, "squid-explicit.conf"),
  APACHE("apache.conf", false, "apache-explicit.conf"),
  TINYPROXY(null, false, "tinyproxy-explicit.conf");

  private final @Nullable String intercepting;
  private final boolean tproxy;
  private final @Nullable String explicit;

  PeerKind(@Nullable String intercepting, boolean tproxy, @Nullable String explicit) {
    this.intercepting = intercepting;
    this.tproxy = tproxy;
    this.explicit = explicit;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its file in {@code bench/peers}; empty for a door it has not. */
  Optional<String> template(Door door) {
    return Optional.ofNullable(
        switch (door) {
          case INTERCEPTING -> intercepting;
          case EXPLICIT -> explicit;
        });
  }

  /** Whether it can listen with IP_TRANSPARENT. */
  boolean tproxy() {
    return tproxy;
  }

  /** Whether it can do this: HAProxy does not know CONNECT. */
  boolean does(Figure figure) {
    return template(figure.door()).isPresent() && !(this == HAPROXY && figure == Figure.TUNNELS);
  }
}
