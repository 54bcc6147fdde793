package io.finward.appliance.accesslog;

import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Side;

/**
 * What a line says of a session that the session itself does not keep: when things happened. All
 * times are {@link System#nanoTime}; 0 for what has not happened. Belongs to the session's loop.
 */
final class Tally {
  private long connected;
  private long firstServerBytes;
  private long clientFin;
  private long serverFin;
  private int rescues;

  void on(SessionEvent event, long nanos) {
    switch (event) {
      case SessionEvent.Connected _ -> connected = nanos;
      case SessionEvent.FirstBytes(Side from) -> {
        if (from == Side.SERVER) {
          firstServerBytes = nanos;
        }
      }
      case SessionEvent.FinReceived(Side from) -> {
        if (from == Side.CLIENT) {
          clientFin = nanos;
        } else {
          serverFin = nanos;
        }
      }
      case SessionEvent.Accepted _,
          SessionEvent.FirstHeard _,
          SessionEvent.FinSent _,
          SessionEvent.FinAcknowledged _,
          SessionEvent.ResetReceived _,
          SessionEvent.ResetSent _,
          SessionEvent.StateChanged _,
          SessionEvent.Reconnected _,
          SessionEvent.ExchangeBegan _,
          SessionEvent.ExchangeEnded _,
          SessionEvent.Ended _ -> {}
    }
  }

  /** A conntrack entry of the session was made again. */
  void rescued() {
    rescues++;
  }

  int rescues() {
    return rescues;
  }

  long connected() {
    return connected;
  }

  long firstServerBytes() {
    return firstServerBytes;
  }

  long fin(Side from) {
    return from == Side.CLIENT ? clientFin : serverFin;
  }
}
