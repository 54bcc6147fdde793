package io.finward.appliance.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** The capabilities that matter here, with their bits in linux/capability.h. */
public enum Capability {
  CAP_NET_BIND_SERVICE(10),
  CAP_NET_ADMIN(12),
  CAP_NET_RAW(13);

  private final int bit;

  Capability(int bit) {
    this.bit = bit;
  }

  /** The effective ones of this process. */
  static Set<Capability> effective() throws IOException {
    return effective(Files.readString(Path.of("/proc/self/status")));
  }

  /** The effective ones by the text of a {@code /proc/PID/status}. */
  static Set<Capability> effective(String status) throws IOException {
    String mask =
        status
            .lines()
            .filter(line -> line.startsWith("CapEff:"))
            .findFirst()
            .orElseThrow(() -> new IOException("/proc/self/status has no CapEff"))
            .substring("CapEff:".length())
            .strip();
    long bits = Long.parseUnsignedLong(mask, 16);
    Set<Capability> effective = EnumSet.noneOf(Capability.class);
    for (Capability capability : values()) {
      if ((bits >>> capability.bit & 1) != 0) {
        effective.add(capability);
      }
    }
    return effective;
  }
}
