package io.finward.appliance.metrics;

import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.session.Heard;
import io.finward.proxy.session.HttpExchange;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionListener;
import io.finward.proxy.session.SessionView;
import io.finward.proxy.session.Side;
import java.util.concurrent.atomic.LongAdder;

/**
 * What Apache calls accesses, counted when they end, as it does: each request or tunnel of an
 * explicit door, each request of intercepted HTTP whose headers are edited, and each other
 * intercepted session. Both counts only grow. Adders: the loops do not wait for one another.
 */
public final class Accesses implements SessionListener {
  private final LongAdder count = new LongAdder();
  private final LongAdder bytes = new LongAdder();

  @Override
  public void on(SessionView session, SessionEvent event) {
    if (event instanceof SessionEvent.ExchangeEnded(HttpExchange exchange)) {
      add(exchange.bytesSent());
    } else if (event instanceof SessionEvent.Ended && !byRequest(session)) {
      add(session.bytesFrom(Side.SERVER));
    }
  }

  /** How many have ended. */
  public long count() {
    return count.sum();
  }

  /** Bytes to clients in those that have ended. */
  public long bytes() {
    return bytes.sum();
  }

  private void add(long sent) {
    count.increment();
    bytes.add(sent);
  }

  private static boolean byRequest(SessionView session) {
    if (session.listener().mode() == ListenerMode.EXPLICIT) {
      return true;
    }
    Heard heard = session.heard();
    return session.listener().edits() != null
        && heard != null
        && heard.protocol() == Heard.Protocol.HTTP
        && !"CONNECT".equals(heard.method());
  }
}
