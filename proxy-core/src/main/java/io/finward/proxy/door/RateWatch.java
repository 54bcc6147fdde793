package io.finward.proxy.door;

import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Whether a client sends the body of its request, and takes its answer, fast enough: as Apache's
 * RequestReadTimeout, for both ways. Only time in which it was the client's turn counts, so that no
 * client pays for a slow origin. Looks every quarter of a second, and one late look may count for
 * an exchange that has just begun: patience is exact to that. Belongs to the loop.
 */
final class RateWatch {
  private static final long TICK_MILLIS = 250;

  /** Told that a client is too slow. */
  interface Late {
    /** The body of its request does not come. */
    void bodyTooSlow();

    /** It does not take its answer. */
    void answerTooSlow();
  }

  private final ClientTalk talk;
  private final BodyRates rates;
  private final BooleanSupplier whole;
  private final Late late;
  private boolean carrying;
  private boolean ticking;
  private long readBefore;
  private long takenBefore;
  private long sendingMillis;
  private long takingMillis;

  /**
   * For one connection.
   *
   * @param whole whether the request at hand has come to its end
   */
  RateWatch(ClientTalk talk, BodyRates rates, BooleanSupplier whole, Late late) {
    this.talk = talk;
    this.rates = rates;
    this.whole = whole;
    this.late = late;
  }

  /**
   * An exchange has begun.
   *
   * @param withBody whether its request has a body
   */
  void begin(boolean withBody) {
    carrying = rates.concern(withBody);
    readBefore = talk.wire.read;
    takenBefore = taken();
    sendingMillis = 0;
    takingMillis = 0;
    if (carrying && !ticking) {
      tickLater();
    }
  }

  /** It has ended, or become a tunnel. */
  void end() {
    carrying = false;
  }

  private void tickLater() {
    ticking = true;
    var _ = talk.home.loop().schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    ticking = false;
    if (!carrying || talk.over()) {
      return;
    }
    if (pending() > 0) {
      takingMillis += TICK_MILLIS;
    }
    if (!whole.getAsBoolean() && talk.reads()) {
      sendingMillis += TICK_MILLIS;
    }
    if (rates.tooSlow(rates.request(), sendingMillis, talk.wire.read - readBefore)) {
      late.bodyTooSlow();
    } else if (rates.tooSlow(rates.answer(), takingMillis, taken() - takenBefore)) {
      late.answerTooSlow();
    } else {
      tickLater();
    }
  }

  /** What the client's socket has taken of all that was ever written. */
  private long taken() {
    return talk.wire.written - pending();
  }

  private long pending() {
    ChannelOutboundBuffer buffer = talk.channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }
}
