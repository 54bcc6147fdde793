package io.finward.appliance.metrics;

import com.codahale.metrics.Counter;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.Heard;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionListener;
import io.finward.proxy.session.SessionView;
import io.finward.proxy.session.Side;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Counts sessions and their bytes. Dropwizard's counters are LongAdders: the loops do not wait for
 * one another.
 */
public final class SessionMetrics implements SessionListener {
  private final Map<String, Counter> acceptedBy;
  private final Map<String, Counter> endedBy;
  private final Map<EndReason, Counter> ended = new EnumMap<>(EndReason.class);
  private final Map<Side, Counter> bytes = new EnumMap<>(Side.class);
  private final Map<Heard.Protocol, Counter> heard = new EnumMap<>(Heard.Protocol.class);
  private final Map<Heard.Verified, Counter> names = new EnumMap<>(Heard.Verified.class);

  /**
   * Counts into {@code meters}.
   *
   * @param listeners the names of all listeners
   */
  public SessionMetrics(Meters meters, List<String> listeners) {
    acceptedBy =
        meters.counters(
            "finward_sessions_accepted_total",
            "Sessions accepted, by listener.",
            "listener",
            listeners);
    endedBy =
        meters.counters(
            "finward_listener_sessions_ended_total",
            "Sessions ended, by listener.",
            "listener",
            listeners);
    Map<String, Counter> reasons =
        meters.counters(
            "finward_sessions_ended_total",
            "Sessions ended, by reason.",
            "reason",
            Arrays.stream(EndReason.values()).map(EndReason::word).toList());
    for (EndReason reason : EndReason.values()) {
      ended.put(reason, Objects.requireNonNull(reasons.get(reason.word())));
    }
    Map<String, Counter> spoken =
        meters.counters(
            "finward_first_heard_total",
            "Intercepted clients that were looked at, by what they said first.",
            "spoken",
            Arrays.stream(Heard.Protocol.values()).map(Heard.Protocol::word).toList());
    for (Heard.Protocol protocol : Heard.Protocol.values()) {
      heard.put(protocol, Objects.requireNonNull(spoken.get(protocol.word())));
    }
    Map<String, Counter> answers =
        meters.counters(
            "finward_names_total",
            "Names that intercepted clients gave, by whether they are the destination's.",
            "verified",
            Arrays.stream(Heard.Verified.values()).map(SessionMetrics::label).toList());
    for (Heard.Verified verified : Heard.Verified.values()) {
      names.put(verified, Objects.requireNonNull(answers.get(label(verified))));
    }
    Map<String, Counter> sides =
        meters.counters(
            "finward_bytes_total",
            "Bytes received in sessions that have ended, by who sent them.",
            "from",
            List.of(Side.CLIENT.word(), Side.SERVER.word()));
    for (Side side : Side.values()) {
      bytes.put(side, Objects.requireNonNull(sides.get(side.word())));
    }
  }

  @Override
  public void on(SessionView session, SessionEvent event) {
    if (event instanceof SessionEvent.Accepted) {
      of(acceptedBy, session.listener().name()).inc();
    } else if (event instanceof SessionEvent.FirstHeard(Heard said)) {
      of(heard, said.protocol()).inc();
      if (said.host() != null) {
        of(names, said.verified()).inc();
      }
    } else if (event instanceof SessionEvent.Ended(EndReason reason)) {
      of(endedBy, session.listener().name()).inc();
      of(ended, reason).inc();
      bytes.forEach((side, counter) -> counter.inc(session.bytesFrom(side)));
    }
  }

  private static String label(Heard.Verified verified) {
    String word = verified.word();
    return word == null ? "unasked" : word;
  }

  /** How many sessions a listener accepted. */
  public long accepted(String listener) {
    return of(acceptedBy, listener).getCount();
  }

  /** How many sessions of a listener have ended. */
  public long ended(String listener) {
    return of(endedBy, listener).getCount();
  }

  private static <K> Counter of(Map<K, Counter> counters, K key) {
    return Objects.requireNonNull(counters.get(key), "counted for a key that was never named");
  }
}
