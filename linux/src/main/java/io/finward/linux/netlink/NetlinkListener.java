package io.finward.linux.netlink;

/** Told of what arrives without a request. Called on the socket's event loop; must not block. */
public interface NetlinkListener {
  /** A notification: a multicast message, or one that answers no request of this socket. */
  void onMessage(NetlinkMessage message);

  /**
   * Messages were lost (ENOBUFS, or a datagram larger than the buffer). What the listener knows of
   * the kernel's state may be wrong: it must ask for it again.
   */
  void onOverrun();

  /** A listener for a socket that only asks. */
  static NetlinkListener none() {
    return new NetlinkListener() {
      @Override
      public void onMessage(NetlinkMessage message) {}

      @Override
      public void onOverrun() {}
    };
  }
}
