package io.finward.proxy.door;

import io.finward.proxy.relay.Conversation;
import io.finward.proxy.relay.DoorSession;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.Side;

/** The conversation of a connection for which there is no descriptor left. */
record Refusal(DoorSession session) implements Conversation {
  Refusal {
    session
        .home()
        .loop()
        .execute(() -> {
          session.socket().reset();
          session.end(EndReason.LIMIT);
        });
  }

  @Override
  public long bytesFrom(Side side) {
    return 0;
  }

  @Override
  public void abort() {
    session.socket().reset();
  }

  @Override
  public void ended(EndReason reason) {}
}
