package io.finward.appliance.lab;

/**
 * Untranslated packets, as the kernels of both ends counted them on arrival.
 *
 * @param toServer packets of the client that reached the server
 * @param toClient packets of the proxy, or of the server past the proxy, that reached the client
 */
record Leaks(long toServer, long toClient) {
  static final Leaks NONE = new Leaks(0, 0);

  boolean none() {
    return toServer == 0 && toClient == 0;
  }
}
