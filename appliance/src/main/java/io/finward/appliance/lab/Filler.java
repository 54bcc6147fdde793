package io.finward.appliance.lab;

import io.finward.linux.proc.Sysctl;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/** Other people's connections in the gateway's table: established, and in nobody's way. */
final class Filler {
  /** All of them go there. */
  private static final String DESTINATION = "10.255.255.254";

  private final Trial trial;
  private int made;

  Filler(Trial trial) {
    this.trial = trial;
  }

  /** Makes so many more. */
  void add(int entries) throws IOException {
    Path file = trial.directory().resolve("entries");
    try (PrintWriter lines = new PrintWriter(Files.newBufferedWriter(file))) {
      for (int end = made + entries; made < end; made++) {
        lines.printf(
            "-A -p tcp -s 10.%d.%d.%d -d %s --sport 1000 --dport 1000"
                + " --state ESTABLISHED -u SEEN_REPLY,ASSURED -t 600%n",
            made >> 16, made >> 8 & 0xff, made & 0xff, DESTINATION);
      }
    }
    trial.topology().gateway().run("conntrack", "-R", file.toString());
    Files.delete(file);
  }

  /** Makes as many as it takes to fill the table so far, of 100. */
  void fillTo(int percent) throws IOException {
    int wanted = (int) (number("nf_conntrack_max") * percent / 100);
    add(Math.max(0, wanted - (int) number("nf_conntrack_count")));
  }

  /** Takes them out again. */
  void remove() throws IOException {
    trial.topology().gateway().run("conntrack", "-D", "-f", "ipv4", "-d", DESTINATION);
  }

  private long number(String sysctl) throws IOException {
    Path file = Path.of("/proc/sys/net/netfilter", sysctl);
    return Long.parseLong(trial.topology().gateway().call(() -> Sysctl.read(file)));
  }
}
