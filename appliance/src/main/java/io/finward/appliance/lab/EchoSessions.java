package io.finward.appliance.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Open sessions whose server sends back what it gets. */
final class EchoSessions {
  /** Some retransmissions of TCP's: 200 ms, doubled each time. */
  private static final Duration LIMIT = Duration.ofSeconds(8);

  private final List<LabSocket> clients = new ArrayList<>();
  private int rounds;

  private EchoSessions() {}

  /** Starts the server and opens sessions, each of which has echoed once. */
  static EchoSessions open(Trial trial, int sessions, int port) throws IOException {
    trial.serve(port, EchoSessions::echo);
    return openTo(trial, sessions, port);
  }

  /** Opens sessions, each of which has echoed once, to a server that is there. */
  static EchoSessions openTo(Trial trial, int sessions, int port) throws IOException {
    EchoSessions opened = new EchoSessions();
    for (int i = 0; i < sessions; i++) {
      opened.clients.add(trial.dial(port));
    }
    int alive = opened.stillEcho();
    if (alive < sessions) {
      throw new IOException("%d of %d sessions echo".formatted(alive, sessions));
    }
    return opened;
  }

  int size() {
    return clients.size();
  }

  /** Sends on every session, then counts those that answer within one time for all of them. */
  int stillEcho() throws IOException {
    byte[] message = "round %08d\n".formatted(rounds++).getBytes(US_ASCII);
    for (LabSocket client : clients) {
      try {
        client.send(message);
      } catch (SocketException _) {
        // Reset before: counted below, when nothing can be read either.
      }
    }
    long end = System.nanoTime() + LIMIT.toNanos();
    int echoed = 0;
    for (LabSocket client : clients) {
      client.readTimeout(Duration.ofNanos(Math.max(0, end - System.nanoTime())).plusMillis(1));
      try {
        if (Arrays.equals(client.receive(message.length), message)) {
          echoed++;
        }
      } catch (SocketTimeoutException | SocketException | EOFException _) {
        // Lost.
      }
    }
    return echoed;
  }

  /** The clients end their direction; how many see the server end its own in time. */
  int end() throws IOException {
    for (LabSocket client : clients) {
      client.endOutput();
    }
    long end = System.nanoTime() + LIMIT.toNanos();
    int ended = 0;
    for (LabSocket client : clients) {
      client.readTimeout(Duration.ofNanos(Math.max(0, end - System.nanoTime())).plusMillis(1));
      try {
        if (client.receiveToEnd().length == 0) {
          ended++;
        }
      } catch (SocketTimeoutException | SocketException _) {
        // Lost.
      }
    }
    return ended;
  }

  /** The clients close. */
  void close() throws IOException {
    for (LabSocket client : clients) {
      client.close();
    }
  }

  private static void echo(LabSocket socket) throws IOException {
    socket.readTimeout(Duration.ofMinutes(5));
    socket.input().transferTo(socket.output());
  }
}
