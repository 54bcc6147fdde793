package io.finward.appliance.version;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Which Finward, on which Java, on which kernel. */
public final class Version {
  private Version() {}

  /** The version that was built. */
  public static String finward() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/finward-version.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException _) {
      // A class path without our resources: the version is then unknown, which is said below.
    }
    return properties.getProperty("version", "unknown");
  }

  /** As {@code 25.0.3 (Eclipse Adoptium)}. */
  public static String java() {
    return Runtime.version() + " (" + System.getProperty("java.vendor") + ")";
  }

  /** As {@code uname -r} says. */
  public static String kernel() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }
}
