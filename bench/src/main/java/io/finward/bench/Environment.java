package io.finward.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.finward.appliance.version.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where and with what it was measured.
 *
 * @param facts names and values, in the order of the report
 */
record Environment(Map<String, String> facts) {
  static Environment now(Set<PeerKind> peers) throws IOException {
    var facts = new LinkedHashMap<String, String>();
    facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("kernel", Version.kernel());
    facts.put("cpu", cpu());
    facts.put("load before", Files.readString(Path.of("/proc/loadavg")).strip());
    facts.put("finward", Version.finward());
    facts.put("java", Version.java());
    facts.put("congestion control", "reno in every namespace");
    facts.put("origin", version("nginx", "-v"));
    for (PeerKind peer : peers) {
      String words =
          switch (peer) {
            case HAPROXY -> version("haproxy", "-v");
            case NGINX -> version("nginx", "-v") + ", stream";
            case SQUID -> version("squid", "-v");
            case APACHE -> version("apache2", "-v");
            case TINYPROXY -> version("tinyproxy", "-v");
          };
      facts.put(peer.label(), words);
    }
    facts.put("wrk", version("wrk", "-v"));
    facts.put("h2load", version("h2load", "--version"));
    facts.put("curl", version("curl", "--version"));
    return new Environment(facts);
  }

  private static String cpu() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("/proc/cpuinfo"));
    String model =
        lines.stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 2))
            .findFirst()
            .orElse("unknown");
    return "%d x %s".formatted(Runtime.getRuntime().availableProcessors(), model);
  }

  /** The first line a program says of itself. */
  private static String version(String... command) throws IOException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var out = process.getInputStream()) {
        String text = new String(out.readAllBytes(), UTF_8);
        return text.lines().filter(line -> !line.isBlank()).findFirst().orElse("unknown").strip();
      }
    } catch (IOException e) {
      return "not installed";
    }
  }
}
