package io.finward.proxy.door;

import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Ends a client's connection so that the last answer is read: with bytes of the client unread
 * close(2) would send a RST, which overtakes what we sent (RFC 9112, 9.6).
 */
final class Farewell {
  private static final Duration LINGER = Duration.ofSeconds(2);

  private Farewell() {}

  /**
   * Sends a FIN after what is written, and reads on for a while.
   *
   * @param clientDone whether the client's FIN has come
   */
  static void say(ClientTalk talk, BooleanSupplier clientDone) {
    talk.drop();
    talk.arm(LINGER, talk::giveUp);
    talk.read(true);
    var _ =
        talk.channel
            .writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(_ -> {
              if (talk.over()) {
                return;
              }
              if (clientDone.getAsBoolean()) {
                talk.close();
              } else {
                var _ = talk.channel.shutdownOutput();
                talk.finSent();
              }
            });
  }
}
