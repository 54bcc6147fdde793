package io.finward.appliance.explain;

import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Side;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one session; immutable, for any thread.
 *
 * @param id unique within the process
 * @param client as the client knows itself
 * @param destination where the client meant to go
 * @param listener which accepted it
 * @param acceptedMillis milliseconds since the epoch
 * @param upstreamLocal the upstream socket's own address; null when it was never connected
 * @param bytesFromClient received so far
 * @param bytesFromServer received so far
 * @param reason why it ended; null while it lives
 * @param askedMicros microseconds from the accept to this telling
 * @param moments in the order they happened
 */
public record Story(
    long id,
    InetSocketAddress client,
    InetSocketAddress destination,
    String listener,
    long acceptedMillis,
    @Nullable InetSocketAddress upstreamLocal,
    long bytesFromClient,
    long bytesFromServer,
    @Nullable EndReason reason,
    long askedMicros,
    List<Told> moments) {
  public Story {
    moments = List.copyOf(moments);
  }

  /** Whose FIN was seen first; null while neither has been. */
  public @Nullable Side closedFirst() {
    for (Told told : moments) {
      if (told.moment() instanceof Moment.Seen(SessionEvent.FinReceived(Side from))) {
        return from;
      }
    }
    return null;
  }

  /** How long the side that did not close first knew of the other's end; null when it never did. */
  public @Nullable CloseWait closeWait() {
    return CloseWait.of(this);
  }

  /** When the kernel's table lost an entry of this session. */
  public List<Forgetting> forgettings() {
    return Forgetting.of(this);
  }
}
