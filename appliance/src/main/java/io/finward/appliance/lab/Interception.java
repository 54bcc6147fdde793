package io.finward.appliance.lab;

import java.util.Locale;

/** How the client's connections come to the proxy. */
public enum Interception {
  /** The proxy's own REDIRECT rule; it dials the server from the gateway's address. */
  REDIRECT,
  /** TPROXY; the proxy dials the server from the client's own address. */
  TPROXY,
  /** The administrator's iptables rule of an Apache gateway: all ports to port 80. */
  OWN_RULE;

  /** The name in the report. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
