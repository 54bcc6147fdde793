package io.finward.nat.apply;

import io.finward.linux.proc.Sysctl;
import io.finward.nat.apply.NatException.Reason;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sysctls the rules need, set and put back. Those that are the administrator's are told. */
final class Sysctls {
  private static final Path ROOT = Path.of("/proc/sys");

  /**
   * {@code nf_conntrack_events}: with 2 (auto) a connection that was there before the daemon
   * listened never tells of its end, not even by a flush.
   */
  private static final Map<String, String> WANTED =
      Map.of("net/netfilter/nf_conntrack_events", "1");

  private final AppliedState state;

  Sysctls(AppliedState state) {
    this.state = state;
  }

  void apply() throws NatException {
    for (var wanted : WANTED.entrySet()) {
      String present = read(wanted.getKey());
      if (!present.equals(wanted.getValue())) {
        state.remember(wanted.getKey(), present);
        write(wanted.getKey(), wanted.getValue());
      }
    }
  }

  void putBack() throws NatException {
    for (String name : WANTED.keySet()) {
      Optional<String> previous = state.previous(name);
      if (previous.isPresent()) {
        write(name, previous.get());
      }
    }
  }

  List<String> differences() throws NatException {
    List<String> differences = new ArrayList<>();
    for (var wanted : WANTED.entrySet()) {
      String present = read(wanted.getKey());
      if (!present.equals(wanted.getValue())) {
        differences.add(
            "sysctl %s is %s (expected: %s)"
                .formatted(dotted(wanted.getKey()), present, wanted.getValue()));
      }
    }
    return differences;
  }

  /** Settings that are not ours, but without which a gateway is none. */
  static List<String> remarks() throws NatException {
    return read("net/ipv4/ip_forward").equals("1")
        ? List.of()
        : List.of(
            "sysctl net.ipv4.ip_forward is 0: this machine forwards nothing but what the proxy"
                + " takes (sysctl -w net.ipv4.ip_forward=1 if it is the clients' gateway)");
  }

  private static String read(String name) throws NatException {
    try {
      return Sysctl.read(ROOT.resolve(name));
    } catch (IOException e) {
      throw new NatException(
          Reason.FILE,
          "sysctl %s cannot be read (expected: /proc is mounted and conntrack is loaded)"
              .formatted(dotted(name)),
          e);
    }
  }

  private static void write(String name, String value) throws NatException {
    try {
      Files.writeString(ROOT.resolve(name), value);
    } catch (AccessDeniedException e) {
      throw new NatException(
          Reason.MISSING_CAPABILITY,
          "sysctl %s cannot be set to %s (expected: root, or set it in /etc/sysctl.d)"
              .formatted(dotted(name), value),
          e);
    } catch (IOException e) {
      throw new NatException(
          Reason.FILE, "sysctl %s cannot be set to %s".formatted(dotted(name), value), e);
    }
  }

  private static String dotted(String name) {
    return name.replace('/', '.');
  }
}
