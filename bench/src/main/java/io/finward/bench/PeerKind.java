package io.finward.bench;

import java.util.Locale;

/** The peers that {@code --peer} knows. */
enum PeerKind {
  HAPROXY("haproxy.cfg", true),
  NGINX("nginx.conf", false),
  SQUID("squid.conf", true),
  APACHE("apache.conf", false);

  private final String template;
  private final boolean tproxy;

  PeerKind(String template, boolean tproxy) {
    this.template = template;
    this.tproxy = tproxy;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its file in {@code bench/peers}. */
  String template() {
    return template;
  }

  /** Whether it can listen with IP_TRANSPARENT. */
  boolean tproxy() {
    return tproxy;
  }
}
