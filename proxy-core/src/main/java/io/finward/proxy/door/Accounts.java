package io.finward.proxy.door;

import org.jspecify.annotations.Nullable;

/**
 * The bytes of one client's connection, exchange by exchange, and of the origins' that carry them.
 * What went on to a tunnel is the tunnel's to count.
 */
final class Accounts {
  private final Wire client;
  private @Nullable Wire origin;
  private long originBefore;
  private long fromOrigins;
  private long readBefore;
  private long writtenBefore;
  private long handedOver;
  private long originHandedOver;

  Accounts(Wire client) {
    this.client = client;
  }

  /** From now on this origin's bytes count; null: nobody's. */
  void origin(@Nullable Wire next) {
    fromOrigins = fromOrigins();
    origin = next;
    originBefore = next == null ? 0 : next.read;
  }

  /** So many bytes that were read already are a tunnel's. */
  void handOver(int early, int earlyFromServer) {
    handedOver = early;
    originHandedOver = earlyFromServer;
  }

  /**
   * Closes an exchange's account.
   *
   * @param undecoded bytes read already that belong to the next one
   */
  void close(Exchange ended, int undecoded) {
    ended.bytesReceived = client.read - undecoded - readBefore;
    ended.bytesSent = client.written - writtenBefore;
    readBefore += ended.bytesReceived;
    writtenBefore = client.written;
  }

  long fromClient() {
    return client.read - handedOver;
  }

  long fromServer() {
    return fromOrigins() - originHandedOver;
  }

  private long fromOrigins() {
    Wire now = origin;
    return fromOrigins + (now == null ? 0 : now.read - originBefore);
  }
}
