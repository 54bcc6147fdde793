package io.finward.conntrack.client;

import io.finward.conntrack.message.ConntrackEntry;

/** Told of entries that end. Called on the client's event loop; must not block. */
public interface ConntrackListener {
  /**
   * An entry of TCP was destroyed: it ran out, or somebody deleted it. One that ended by itself in
   * TIME_WAIT, as most do and as it should, is not told.
   *
   * @param entry with its final state
   * @param byRequest whether somebody deleted it, and not its time or the kernel's need
   * @param ours whether it was a request of this client
   */
  void onDestroy(ConntrackEntry entry, boolean byRequest, boolean ours);

  /** Events were lost: the table must be read again. */
  void onLost();

  /** A listener for a client that only asks. */
  static ConntrackListener none() {
    return new ConntrackListener() {
      @Override
      public void onDestroy(ConntrackEntry entry, boolean byRequest, boolean ours) {}

      @Override
      public void onLost() {}
    };
  }
}
