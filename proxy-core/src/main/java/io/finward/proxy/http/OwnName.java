package io.finward.proxy.http;

import io.finward.linux.proc.Sysctl;
import java.io.IOException;
import java.nio.file.Path;

/** What this proxy calls itself in headers: the machine's host name. */
final class OwnName {
  static final String TEXT = read();

  private OwnName() {}

  private static String read() {
    try {
      String name = Sysctl.read(Path.of("/proc/sys/kernel/hostname"));
      return name.matches("[A-Za-z0-9.-]{1,253}") ? name : "finward";
    } catch (IOException e) {
      return "finward";
    }
  }
}
