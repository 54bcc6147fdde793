package io.finward.appliance.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who listens on a TCP port, by /proc: the socket's inode from {@code net/tcp}, its holder from the
 * descriptors of all processes this user may look into.
 */
final class PortOwner {
  private static final String LISTEN = "0A"; // TCP_LISTEN of net/tcp_states.h

  private PortOwner() {}

  /** As {@code nginx (pid 123)}; {@code another process} when it cannot be told. */
  static String of(int port) {
    try {
      Set<String> sockets = new HashSet<>();
      for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
        if (Files.exists(Path.of(table))) {
          inodes(Files.readAllLines(Path.of(table)), port, sockets);
        }
      }
      try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
        for (Path process : processes) {
          if (holdsAny(process, sockets)) {
            String name = Files.readString(process.resolve("comm")).strip();
            return "%s (pid %s)".formatted(name, process.getFileName());
          }
        }
      }
    } catch (IOException | UncheckedIOException _) {
      // Processes come and go while we look; the answer below is still true.
    }
    return "another process";
  }

  /** Adds {@code socket:[INODE]} of each listening socket of that port. */
  static void inodes(List<String> table, int port, Set<String> out) {
    String suffix = ":%04X".formatted(port);
    for (String line : table.subList(Math.min(1, table.size()), table.size())) {
      String[] fields = line.strip().split("\\s+", -1);
      if (fields.length > 9 && fields[1].endsWith(suffix) && fields[3].equals(LISTEN)) {
        out.add("socket:[" + fields[9] + "]");
      }
    }
  }

  private static boolean holdsAny(Path process, Set<String> sockets) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (sockets.contains(Files.readSymbolicLink(descriptor).toString())) {
          return true;
        }
      }
    } catch (IOException | UncheckedIOException _) {
      // Gone meanwhile, or another user's: not the one we can name.
    }
    return false;
  }
}
