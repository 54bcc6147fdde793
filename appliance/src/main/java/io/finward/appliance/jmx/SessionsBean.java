package io.finward.appliance.jmx;

import io.finward.appliance.explain.Diagram;
import io.finward.appliance.explain.Stories;
import io.finward.appliance.explain.Story;
import io.finward.appliance.jmx.OpenTable.Column;
import io.finward.appliance.text.AddressText;
import io.finward.proxy.session.SessionSnapshot;
import io.finward.proxy.session.Sessions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.management.openmbean.TabularData;

/** Live sessions as tables. Calls wait for the loops, on JMX's own threads. */
final class SessionsBean implements SessionsMBean {
  /** The columns are named as the fields of {@code sessions --json}. */
  private static final OpenTable<SessionSnapshot> TABLE =
      new OpenTable<>(
          "Session",
          List.of(
              Column.number("id", "unique within the process", SessionSnapshot::id),
              Column.text("client", "as the client knows itself", s -> text(s.client())),
              Column.text(
                  "original_destination",
                  "where the client meant to go",
                  s -> text(s.originalDestination())),
              Column.text(
                  "upstream", "where the upstream connection goes", s -> text(s.upstream())),
              Column.text("listener", "which accepted it", SessionSnapshot::listener),
              Column.text(
                  "state", "connecting, open, half-closed, draining", s -> s.state().word()),
              Column.truth("half_closed", "one FIN seen", SessionSnapshot::halfClosed),
              Column.text("closed_first", "client, server or none", SessionsBean::closedFirst),
              Column.number("age_ms", "since the accept", SessionSnapshot::ageMillis),
              Column.number("bytes_from_client", "received", SessionSnapshot::bytesFromClient),
              Column.number("bytes_from_server", "received", SessionSnapshot::bytesFromServer)));

  private final Sessions sessions;
  private final Stories stories;

  SessionsBean(Sessions sessions, Stories stories) {
    this.sessions = sessions;
    this.stories = stories;
  }

  @Override
  public int getOpen() {
    return sessions.open();
  }

  @Override
  public int getHalfClosed() {
    return sessions.halfClosed();
  }

  @Override
  public TabularData getAll() {
    return list();
  }

  @Override
  public TabularData list() {
    return table(_ -> true);
  }

  @Override
  public TabularData listHalfClosed() {
    return table(SessionSnapshot::halfClosed);
  }

  @Override
  public TabularData findByClient(String address) {
    return find(address, SessionSnapshot::client);
  }

  @Override
  public TabularData findByDestination(String address) {
    return find(address, SessionSnapshot::originalDestination);
  }

  @Override
  public String explain(String text) {
    InetSocketAddress client = AddressText.parseEndpoint(text.strip());
    if (client == null) {
      throw new IllegalArgumentException("\"%s\" (expected: ADDRESS:PORT)".formatted(text));
    }
    List<Story> told = Answers.await(stories.of(client));
    return told.isEmpty() ? Stories.unknown(client) : Diagram.text(told);
  }

  @Override
  public boolean kill(long id) {
    return Answers.await(sessions.kill(id));
  }

  private TabularData find(String text, Function<SessionSnapshot, InetSocketAddress> of) {
    InetAddress address = AddressText.parseAddress(text.strip());
    if (address == null) {
      throw new IllegalArgumentException("\"%s\" (expected: an IP address)".formatted(text));
    }
    return table(session -> of.apply(session).getAddress().equals(address));
  }

  private TabularData table(Predicate<SessionSnapshot> wanted) {
    return TABLE.of(Answers.await(sessions.list()).stream().filter(wanted).toList());
  }

  private static String text(InetSocketAddress address) {
    return AddressText.format(address);
  }

  private static String closedFirst(SessionSnapshot session) {
    return session.closedFirst() == null ? "none" : session.closedFirst().word();
  }
}
