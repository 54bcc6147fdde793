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

  private HalfClosed(Trial trial, List<LabSocket> clients) {
    this.trial = trial;
    this.clients = clients;
  }

  /** Opens sessions, each with an answer that the client has read to its end. */
  static HalfClosed open(Trial trial, int sessions, int port) throws IOException {
    var clients = new ArrayList<LabSocket>();
    for (int i = 0; i < sessions; i++) {
      LabSocket client = trial.dial(port);
      clients.add(client);
      client.send(Http.request(trial.family()));
      byte[] answer = client.receiveToEnd();
      if (!Http.isAnswer(answer)) {
        throw new IOException(
            "session %d got %d bytes that are no answer of the server".formatted(i, answer.length));
      }
    }
    HalfClosed opened = new HalfClosed(trial, clients);
    Set<Integer> waiting = new SocketTable(trial.topology().client()).localPorts(State.CLOSE_WAIT);
    if (!waiting.containsAll(opened.ports())) {
      throw new IOException(
          "%d of %d clients are in CLOSE_WAIT".formatted(waiting.size(), sessions));
    }
    return opened;
  }

  /** The clients close: their FINs are late. Waits until each was answered, or long enough. */
  Farewell close() throws IOException {
    Set<Integer> ports = ports();
    for (LabSocket client : clients) {
      client.close();
    }
    SocketTable sockets = new SocketTable(trial.topology().client());
    Waiting.until(LIMIT, () -> intersection(ports, sockets.localPorts(State.LAST_ACK)).isEmpty());
    Set<Integer> reset = intersection(ports, trial.watch().resetPorts());
    Set<Integer> stranded = intersection(ports, sockets.localPorts(State.LAST_ACK));
    var acknowledged = new TreeSet<>(ports);
    acknowledged.removeAll(stranded);
    acknowledged.removeAll(reset);
    acknowledged.removeAll(trial.watch().leakedPorts());
    return new Farewell(acknowledged.size(), reset.size(), stranded.size());
  }

  /** The clients close with an RST, which nobody sends twice. */
  void reset() throws IOException {
    for (LabSocket client : clients) {
      client.reset();
    }
  }

  int size() {
    return clients.size();
  }

  private Set<Integer> ports() {
    var ports = new TreeSet<Integer>();
    clients.forEach(client -> ports.add(client.localPort()));
    return ports;
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
