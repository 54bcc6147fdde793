package io.finward.appliance.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** RLIMIT_NOFILE of this process. */
public final class Descriptors {
  private Descriptors() {}

  /** The soft limit, which the JVM raises to the hard one at its start. */
  public static int limit() throws IOException {
    return limit(Files.readAllLines(Path.of("/proc/self/limits")));
  }

  static int limit(List<String> limits) throws IOException {
    for (String line : limits) {
      if (line.startsWith("Max open files")) {
        String soft = line.substring("Max open files".length()).strip().split("\\s+", 2)[0];
        return soft.equals("unlimited")
            ? Integer.MAX_VALUE
            : (int) Math.min(Integer.MAX_VALUE, Long.parseLong(soft));
      }
    }
    throw new IOException("/proc/self/limits does not say how many files may be open");
  }
}
