package io.finward.bench;

/** How the load's connections come to the proxy. */
enum Door {
  /** The client means the server; the gateway's rules bring its connections to the proxy. */
  INTERCEPTING,
  /** The client is told of the proxy: absolute-form requests and CONNECT. */
  EXPLICIT
}
