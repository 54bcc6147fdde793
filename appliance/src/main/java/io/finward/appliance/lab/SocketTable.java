package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The TCP sockets of a namespace as its kernel lists them in {@code /proc/net/tcp} and tcp6. */
public final class SocketTable {
  /** Numbers of {@code include/net/tcp_states.h}. */
  public enum State {
    /** Open. */
    ESTABLISHED(0x01),
    /** Closed by us, and the peer knows. */
    FIN_WAIT2(0x05),
    /** Closed by both. */
    TIME_WAIT(0x06),
    /** Closed by the peer. */
    CLOSE_WAIT(0x08),
    /** Closed by the peer, then by us. */
    LAST_ACK(0x09),
    /** Takes connections. */
    LISTEN(0x0A);

    private final int number;

    State(int number) {
      this.number = number;
    }
  }

  private final List<Path> files;

  /** Of a namespace, read anew at each question. */
  public SocketTable(NetworkNamespace namespace) {
    // /proc/PID/task/TID/ns/net -> /proc/PID/task/TID/net
    Path task = namespace.path().resolve("../..").normalize();
    this.files = List.of(task.resolve("net/tcp"), task.resolve("net/tcp6"));
  }

  /** The local ports of all sockets in a state. */
  public Set<Integer> localPorts(State state) throws IOException {
    var ports = new TreeSet<Integer>();
    for (Path file : files) {
      ports.addAll(localPorts(Files.readAllLines(file), state));
    }
    return ports;
  }

  /** The local ports in the lines of such a file, the heading included. */
  static List<Integer> localPorts(List<String> lines, State state) {
    var ports = new ArrayList<Integer>();
    for (String line : lines.subList(1, lines.size())) {
      // sl  local_address rem_address   st ...
      String[] words = line.strip().split("\\s+", 5);
      if (Integer.parseInt(words[3], 16) == state.number) {
        ports.add(Integer.parseInt(words[1].substring(words[1].lastIndexOf(':') + 1), 16));
      }
    }
    return ports;
  }
}
