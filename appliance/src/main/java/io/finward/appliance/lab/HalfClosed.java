package io.finward.appliance.lab;

import io.finward.appliance.lab.SocketTable.State;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Sessions whose server ended first and whose client, in CLOSE_WAIT, has not yet: the ones whose
 * FIN comes late.
 */
final class HalfClosed {
  private static final Duration LIMIT = Duration.ofSeconds(12);

  private final Trial trial;
  private final List<LabSocket> clients;
  private final Set<Integer> ports = new TreeSet<>();

  private HalfClosed(Trial trial, List<LabSocket> clients) {
    this.trial = trial;
    this.clients = clients;
    clients.forEach(client -> ports.add(client.localPort()));
  }

  /** Opens sessions and has each read the server's answer to its end. */
  static HalfClosed open(Trial trial, int sessions, int port) throws IOException {
    var clients = new ArrayList<LabSocket>();
    for (int i = 0; i < sessions; i++) {
      clients.add(trial.dial(port));
    }
    return of(trial, clients);
  }

  /** Has each of these connections read the server's answer to its end. */
  static HalfClosed of(Trial trial, List<LabSocket> clients) throws IOException {
    for (LabSocket client : clients) {
      client.send(Http.request(trial.family()));
      byte[] answer = client.receiveToEnd();
      if (!Http.isAnswer(answer)) {
        throw new IOException("%d bytes that are no answer of the server".formatted(answer.length));
      }
    }
    HalfClosed opened = new HalfClosed(trial, List.copyOf(clients));
    Set<Integer> waiting = new SocketTable(trial.topology().client()).localPorts(State.CLOSE_WAIT);
    if (!waiting.containsAll(opened.ports)) {
      throw new IOException(
          "%d of %d clients are in CLOSE_WAIT".formatted(waiting.size(), clients.size()));
    }
    return opened;
  }

  /** The clients close: their FINs are late. Waits until each was answered, or long enough. */
  Farewell close() throws IOException {
    beginClosing();
    SocketTable sockets = new SocketTable(trial.topology().client());
    // A process that is just being started holds copies of our descriptors until its exec, and so
    // a socket in CLOSE_WAIT past our close.
    Waiting.until(
        LIMIT,
        () ->
            intersection(ports, sockets.localPorts(State.CLOSE_WAIT)).isEmpty()
                && intersection(ports, sockets.localPorts(State.LAST_ACK)).isEmpty());
    Set<Integer> reset = intersection(ports, trial.watch().resetPorts());
    Set<Integer> stranded = intersection(ports, sockets.localPorts(State.LAST_ACK));
    var acknowledged = new TreeSet<>(ports);
    acknowledged.removeAll(stranded);
    acknowledged.removeAll(reset);
    acknowledged.removeAll(trial.watch().leakedPorts());
    return new Farewell(acknowledged.size(), reset.size(), stranded.size());
  }

  /** The clients close; does not wait for what comes of it. */
  void beginClosing() throws IOException {
    for (LabSocket client : clients) {
      client.close();
    }
  }

  /** The clients close with an RST, which nobody sends twice. */
  void reset() throws IOException {
    for (LabSocket client : clients) {
      client.reset();
    }
  }

  /** The clients' own ports. */
  Set<Integer> ports() {
    return Set.copyOf(ports);
  }

  int size() {
    return clients.size();
  }

  private static Set<Integer> intersection(Set<Integer> left, Set<Integer> right) {
    var both = new TreeSet<>(left);
    both.retainAll(right);
    return both;
  }

  /**
   * How the clients' kernel got rid of the sockets.
   *
   * @param acknowledged left LAST_ACK by an ACK, and none of their packets leaked
   * @param reset got an RST
   * @param stranded still in LAST_ACK
   */
  record Farewell(int acknowledged, int reset, int stranded) {
    String note() {
      return "%d ACKed, %d reset, %d stranded".formatted(acknowledged, reset, stranded);
    }
  }
}
