package io.finward.proxy.session;

/** The two ends of a session, seen from the gateway. */
public enum Side {
  CLIENT,
  SERVER;

  /** The other end. */
  public Side other() {
    return this == CLIENT ? SERVER : CLIENT;
  }

  /** {@code client} or {@code server}, as logs, JMX and JSON say it. */
  public String word() {
    return this == CLIENT ? "client" : "server";
  }
}
