package io.finward.appliance;

import io.finward.appliance.admin.AdminApi;
import io.finward.appliance.admin.ServerStatus;
import io.finward.appliance.explain.Moment;
import io.finward.appliance.explain.Story;
import io.finward.appliance.explain.Told;
import io.finward.appliance.metrics.Accesses;
import io.finward.appliance.observe.ConntrackStats;
import io.finward.appliance.observe.FlowSnapshot;
import io.finward.appliance.observe.LatePackets;
import io.finward.appliance.observe.NatStats;
import io.finward.appliance.observe.Observed;
import io.finward.appliance.text.AddressText;
import io.finward.appliance.wiring.RunningGateway;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionSnapshot;
import io.finward.proxy.session.SessionState;
import io.finward.proxy.session.Sessions;
import io.finward.proxy.session.Side;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import org.jspecify.annotations.Nullable;

/** A gateway with two sessions and no sockets. */
public final class FakeGateway implements RunningGateway, Sessions, ConntrackStats, NatStats {
  /** The only story it knows. */
  public static final Story STORY =
      new Story(
          5,
          endpoint("192.0.2.1:40000"),
          endpoint("198.51.100.1:80"),
          "web",
          1_700_000_000_000L,
          endpoint("203.0.113.9:33000"),
          300,
          1_572_864,
          EndReason.KILLED,
          9_000_000,
          List.of(
              new Told(0, new Moment.Seen(new SessionEvent.Accepted())),
              new Told(5_000_000, new Moment.Seen(new SessionEvent.Ended(EndReason.KILLED)))));

  /** When its admin API is asked. */
  public static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  /** Ids that were killed. */
  public final List<Long> killed = new CopyOnWriteArrayList<>();

  /** How long drains may take that were asked for. */
  public final Set<Duration> drained = new CopyOnWriteArraySet<>();

  /** Whether it was closed. */
  public volatile boolean closed;

  private final List<SessionSnapshot> sessions =
      new ArrayList<>(
          List.of(
              session(7, "192.0.2.1:40000", "198.51.100.1:80", null),
              session(12, "[2001:db8::2]:50001", "[2001:db8:f::1]:8080", Side.SERVER)));

  /** A session; half-closed when somebody closed first. */
  public static SessionSnapshot session(
      long id, String client, String destination, @Nullable Side closedFirst) {
    InetSocketAddress original = endpoint(destination);
    return new SessionSnapshot(
        id,
        "web",
        endpoint(client),
        original,
        original,
        endpoint("203.0.113.9:33000"),
        closedFirst == null ? new SessionState.Open() : new SessionState.HalfClosed(closedFirst),
        closedFirst,
        1_700_000_000_000L,
        185_000 + id,
        300,
        1_572_864);
  }

  private static InetSocketAddress endpoint(String text) {
    return Objects.requireNonNull(AddressText.parseEndpoint(text));
  }

  /** An admin API that shows it, at {@link #NOW}; room for ten sessions, which had no accesses. */
  public AdminApi admin(String metrics) {
    return new AdminApi(
        observed(),
        () -> metrics,
        new ServerStatus(this, new Accesses(), 10, () -> NOW),
        within -> drained.add(within));
  }

  @Override
  public void settle() {
    // Nothing is begun here.
  }

  @Override
  public void stopListening() {
    // It never listens.
  }

  @Override
  public Observed observed() {
    return new Observed(
        this,
        () ->
            CompletableFuture.completedFuture(
                List.of(
                    new FlowSnapshot(
                        endpoint("192.0.2.1:40000"),
                        endpoint("198.51.100.1:80"),
                        endpoint("192.0.2.1:40000"),
                        endpoint("203.0.113.9:8080"),
                        "redirected",
                        true,
                        "parked",
                        Side.CLIENT,
                        4_000_000,
                        true))),
        this,
        this,
        client ->
            CompletableFuture.completedFuture(
                client.equals(STORY.client()) ? List.of(STORY) : List.of()));
  }

  @Override
  public CompletableFuture<List<SessionSnapshot>> list() {
    return CompletableFuture.completedFuture(List.copyOf(sessions));
  }

  @Override
  public CompletableFuture<Boolean> kill(long id) {
    killed.add(id);
    return CompletableFuture.completedFuture(
        sessions.stream().anyMatch(session -> session.id() == id));
  }

  @Override
  public int open() {
    return 2;
  }

  @Override
  public int halfClosed() {
    return 1;
  }

  @Override
  public long liveFlows() {
    return 2;
  }

  @Override
  public long parkedFlows() {
    return 1;
  }

  @Override
  public long rescues() {
    return 3;
  }

  @Override
  public List<LatePackets> latePackets() {
    return List.of(new LatePackets("fin", "client", "expired", "translated", 4));
  }

  @Override
  public long kernelEntries() {
    return 10;
  }

  @Override
  public long kernelLimit() {
    return 262_144;
  }

  @Override
  public boolean refusing() {
    return true;
  }

  @Override
  public Map<String, Long> wallDrops() {
    return Map.of("output", 5L);
  }

  @Override
  public long leaks() {
    return 0;
  }

  @Override
  public long repairs() {
    return 0;
  }

  @Override
  public List<String> deviations() {
    return List.of();
  }

  @Override
  public void close() {
    closed = true;
  }
}
