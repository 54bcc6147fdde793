package io.finward.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The load on a stand, by programs that many know. */
final class Load {
  static final int CONNECTIONS = 64;

  private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ([0-9.]+)(ms|s|m)");
  private static final Pattern ERRORS =
      Pattern.compile("Non-2xx or 3xx responses: \\d+|Socket errors: .*");
  private static final Pattern NUMBERS = Pattern.compile("\\d+");

  /** wrk counts a connection that ended a moment too early; a few in thousands do no harm. */
  private static final double TOLERATED = 0.002;

  private final Stand stand;

  Load(Stand stand) {
    this.stand = stand;
  }

  /**
   * What was done, and the latencies if they were asked for.
   *
   * @param requests how many were answered
   * @param perSecond of them in a second
   * @param p50 median latency in µs
   * @param p99 99th percentile of it in µs
   */
  record Report(long requests, double perSecond, double p50, double p99) {}

  /** Whole large objects, one after the other, by curl. */
  Report objects(int count, int megabytes) throws IOException {
    long bytes = (long) megabytes << 20;
    for (int i = 0; i < count; i++) {
      String size =
          run(
                  "curl",
                  "-g",
                  "-s",
                  "-S",
                  "-o",
                  "/dev/null",
                  "-w",
                  "%{size_download}",
                  stand.url("big"))
              .strip();
      if (!size.equals(Long.toString(bytes))) {
        throw new IOException("curl got %s bytes (expected: %d)".formatted(size, bytes));
      }
    }
    return new Report(count, 0, 0, 0);
  }

  /** A connection for each small object. */
  Report connections(int seconds) throws IOException {
    return wrk(CONNECTIONS, seconds, "-H", "Connection: close");
  }

  /** Small objects over so many kept connections. */
  Report requests(int connections, int seconds) throws IOException {
    return wrk(connections, seconds);
  }

  /** Absolute-form requests for small objects over kept connections to the door. */
  Report explicitRequests(int seconds) throws IOException {
    String url = stand.url("small");
    Path script = stand.directory().resolve("explicit.lua");
    Files.writeString(
        script,
        """
        wrk.path = "%s"
        wrk.headers["Host"] = "%s"
        """
            .formatted(url, URI.create(url).getAuthority()));
    return parseWrk(
        run(
            "wrk",
            "-t1",
            "-c" + CONNECTIONS,
            "-d" + seconds + "s",
            "--latency",
            "-s",
            script.toString(),
            "http://" + stand.door() + "/"));
  }

  /** A CONNECT tunnel for each small object; direct: a connection. */
  Report tunnels(int count) throws IOException {
    return byCurl(count, "--proxytunnel");
  }

  /** A connection to the door for each small object, for those that keep none. */
  Report explicitConnections(int count) throws IOException {
    return byCurl(count);
  }

  private Report byCurl(int count, String... options) throws IOException {
    Path list = stand.directory().resolve("list.curl");
    Files.writeString(
        list, "url = \"%s\"\noutput = /dev/null\n".formatted(stand.url("small")).repeat(count));
    var command = new ArrayList<>(List.of("curl", "-g", "-s", "-S", "-K", list.toString()));
    command.addAll(
        List.of("--parallel", "--parallel-immediate", "--parallel-max", "" + CONNECTIONS));
    // Without it the second object would come by the first one's connection.
    command.addAll(List.of("-H", "Connection: close", "-w", "%{http_code}\\n"));
    if (stand.contestant().program() != null) {
      command.addAll(List.of("--proxy", "http://" + stand.door()));
      command.addAll(List.of(options));
    }
    long done = run(command.toArray(String[]::new)).lines().filter("200"::equals).count();
    if (done < count * (1 - TOLERATED)) {
      throw new IOException("curl: %d of %d objects came".formatted(done, count));
    }
    return new Report(done, 0, 0, 0);
  }

  /** Small requests, sent when their time has come. */
  Report openLoop(double perSecond, int seconds, Path log) throws IOException {
    int clients = CONNECTIONS;
    long count = Math.max(clients, Math.round(perSecond * seconds));
    Files.deleteIfExists(log);
    run(
        "h2load",
        "--h1",
        "-t1",
        "-c" + clients,
        "-n" + count,
        "--rps=" + String.format(Locale.ROOT, "%.1f", perSecond / clients),
        "--log-file=" + log,
        stand.url("small"));
    // Start, status and response time of each request, in µs.
    List<String> lines = Files.readAllLines(log);
    long[] times = new long[lines.size()];
    int ok = 0;
    for (String line : lines) {
      String[] words = line.split("\t", -1);
      if (words[1].equals("200")) {
        times[ok++] = Long.parseLong(words[2]);
      }
    }
    if (ok < count * (1 - TOLERATED)) {
      throw new IOException("h2load: %d of %d requests were answered".formatted(ok, count));
    }
    long[] sorted = Arrays.copyOf(times, ok);
    Arrays.sort(sorted);
    return new Report(ok, perSecond, percentile(sorted, 50), percentile(sorted, 99));
  }

  private Report wrk(int connections, int seconds, String... more) throws IOException {
    var command = new ArrayList<>(List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s"));
    command.add("--latency");
    command.addAll(List.of(more));
    command.add(stand.url("small"));
    return parseWrk(run(command.toArray(String[]::new)));
  }

  /** What wrk prints. */
  static Report parseWrk(String output) throws IOException {
    Matcher done = REQUESTS.matcher(output);
    if (!done.find()) {
      throw new IOException("wrk: " + output.strip());
    }
    long requests = Long.parseLong(done.group(1));
    long errors = 0;
    Matcher failed = ERRORS.matcher(output);
    while (failed.find()) {
      errors +=
          NUMBERS
              .matcher(failed.group().substring(failed.group().indexOf(':')))
              .results()
              .mapToLong(number -> Long.parseLong(number.group()))
              .sum();
    }
    if (requests == 0 || errors > requests * TOLERATED) {
      throw new IOException("wrk: %d errors in %d requests".formatted(errors, requests));
    }
    double perSecond = requests / (micros(done.group(2), done.group(3)) / 1e6);
    return new Report(requests, perSecond, latency(output, "50"), latency(output, "99"));
  }

  private static double latency(String output, String percent) throws IOException {
    Matcher line = Pattern.compile("(?m)^ +" + percent + "% +([0-9.]+)(us|ms|s|m)").matcher(output);
    if (!line.find()) {
      throw new IOException("wrk said no latency: " + output.strip());
    }
    return micros(line.group(1), line.group(2));
  }

  private static double micros(String number, String unit) {
    double factor =
        switch (unit) {
          case "us" -> 1;
          case "ms" -> 1e3;
          case "s" -> 1e6;
          case "m" -> 60e6;
          default -> throw new IllegalArgumentException(unit);
        };
    return Double.parseDouble(number) * factor;
  }

  private static double percentile(long[] sorted, int percent) {
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }

  private String run(String... command) throws IOException {
    var bounded = new ArrayList<>(List.of("timeout", "60"));
    bounded.addAll(List.of(command));
    return stand.client().run(bounded.toArray(String[]::new));
  }
}
