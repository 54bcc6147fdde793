package io.finward.appliance.log;

import io.finward.appliance.text.AddressText;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionListener;
import io.finward.proxy.session.SessionView;
import io.finward.proxy.session.Side;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log: one line at each session's end, in the words of {@code sessions --json}. The
 * logger is named {@code session}.
 */
public final class SessionLog implements SessionListener {
  private static final Logger LOG = LoggerFactory.getLogger("session");

  @Override
  public void on(SessionView session, SessionEvent event) {
    if (event instanceof SessionEvent.Ended(var reason) && LOG.isInfoEnabled()) {
      Side first = session.closedFirst();
      LOG.info(
          "ended id={} listener={} client={} original_destination={} reason={} closed_first={}"
              + " age_ms={} bytes_from_client={} bytes_from_server={}",
          session.id(),
          session.listener().name(),
          AddressText.format(session.client()),
          AddressText.format(session.originalDestination()),
          reason.word(),
          first == null ? "none" : first.word(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - session.acceptedNanos()),
          session.bytesFrom(Side.CLIENT),
          session.bytesFrom(Side.SERVER));
    }
  }
}
