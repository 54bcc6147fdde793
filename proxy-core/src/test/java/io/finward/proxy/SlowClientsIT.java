package io.finward.proxy;

import static io.finward.proxy.ExplicitHarness.ORIGIN;
import static io.finward.proxy.ExplicitHarness.hear;
import static io.finward.proxy.ExplicitHarness.hearAll;
import static io.finward.proxy.ExplicitHarness.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.door.BodyRates;
import io.finward.proxy.door.ExplicitSettings;
import io.finward.proxy.door.OriginSettings;
import io.finward.proxy.http.ErrorPages;
import io.finward.proxy.http.Hop;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.treatment.Treatment;
import io.finward.proxy.upstream.Leg;
import io.finward.proxy.upstream.Routes;
import io.finward.proxy.user.Authenticator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that begin and do not go on: they are told, and the others do not notice. */
@Tag("netns")
@Timeout(120)
@ExtendWith(NetnsExtension.class)
@SuppressWarnings("StringConcatToTextBlock") // the ends of lines matter here
class SlowClientsIT {
  private static final int CROWD = 4000;
  private static final String GET = "GET http://" + ORIGIN + "/ HTTP/1.1\r\nHost: x\r\n\r\n";

  private static ExplicitSettings settings(Duration head, Duration keepAlive) {
    return settings(head, keepAlive, BodyRates.ANY);
  }

  private static ExplicitSettings settings(Duration head, Duration keepAlive, BodyRates rates) {
    return new ExplicitSettings(
        () -> AccessPolicy.OPEN,
        Authenticator.NOBODY,
        "x",
        ErrorPages.PLAIN,
        head,
        keepAlive,
        Duration.ofSeconds(10),
        8192,
        Hop.SILENT,
        List.of(),
        () -> Routes.DIRECT,
        new OriginSettings(keepAlive, 500, 32),
        Leg.PLAIN,
        rates,
        () -> Treatment.NONE);
  }

  @Test
  void aSlowHeadGets408HoweverSteadilyItComes(NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door =
            new ExplicitHarness(ns, settings(Duration.ofSeconds(1), Duration.ofMinutes(1)));
        Socket client = door.connect()) {
      Thread drip =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (char c : GET.repeat(1000).substring(0, GET.length() - 2).toCharArray()) {
                    say(client, String.valueOf(c));
                    Thread.sleep(50);
                  }
                } catch (IOException | InterruptedException _) {
                  // The proxy has had enough.
                }
              });
      assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 408 ");
      drip.join();
    }
  }

  private static ExplicitHarness impatient(NetworkNamespace ns, int request, int answer)
      throws IOException {
    Duration minute = Duration.ofMinutes(1);
    return new ExplicitHarness(
        ns, settings(minute, minute, new BodyRates(Duration.ofSeconds(1), request, answer)));
  }

  private static void drop(Socket client) {
    try {
      say(client, "x");
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy has had enough: no more drops", e);
    }
  }

  @Test
  void aSlowBodyGets408HoweverSteadilyItComes(NetworkNamespace ns) throws Exception {
    String post = "POST http://" + ORIGIN + "/ HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n";
    try (ExplicitHarness door = impatient(ns, 100_000, 0);
        Socket client = door.connect()) {
      // A fast one first.
      say(client, post.formatted(1_000_000) + "x".repeat(1_000_000));
      try (Socket server = door.accept()) {
        hear(server, "\r\n\r\n");
        server.getInputStream().readNBytes(1_000_000);
        say(server, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(hear(client, "ok")).startsWith("HTTP/1.1 200 ");
        say(client, post.formatted(1_000_000));
        try (ScheduledExecutorService drip = Executors.newSingleThreadScheduledExecutor()) {
          var _ = drip.scheduleAtFixedRate(() -> drop(client), 0, 20, TimeUnit.MILLISECONDS);
          assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 408 ");
        }
      }
    }
  }

  @Test
  void whoDoesNotTakeTheAnswerIsGivenUpAndATunnelIsNot(NetworkNamespace ns) throws Exception {
    // The buffers of four sockets are some megabytes, which count as taken.
    try (ExplicitHarness door = impatient(ns, 100_000, 50_000_000);
        Socket tunnel = door.connect();
        Socket client = door.connect()) {
      say(tunnel, "CONNECT " + ORIGIN + " HTTP/1.1\r\nHost: x\r\n\r\n");
      try (Socket far = door.accept()) {
        hear(tunnel, "\r\n\r\n");
        say(client, GET);
        try (Socket server = door.accept()) {
          hear(server, "\r\n\r\n");
          say(server, "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
          byte[] piece = new byte[100_000];
          // Until nothing goes any more, and then the end.
          assertThatThrownBy(
                  () -> {
                    for (int i = 0; i < 1000; i++) {
                      server.getOutputStream().write(piece);
                    }
                  })
              .isInstanceOf(IOException.class);
        }
        await().until(() -> door.events.contains(new SessionEvent.Ended(EndReason.TOO_SLOW)));
        say(tunnel, "still");
        assertThat(hear(far, "still")).isEqualTo("still");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\5", "\5\2\0", "\4\1"})
  void whoSaysNothingMoreIsGivenUp(String begun, NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door =
            new ExplicitHarness(ns, settings(Duration.ofSeconds(1), Duration.ofMinutes(1)));
        Socket client = door.connect()) {
      say(client, begun);
      assertThat(hearAll(client)).hasSizeLessThanOrEqualTo(2);
      await().until(() -> door.events.stream().anyMatch(one -> one instanceof SessionEvent.Ended));
    }
  }

  @Test
  void aConnectionWaitsForItsNextRequestForAWhile(NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door =
            new ExplicitHarness(ns, settings(Duration.ofMinutes(1), Duration.ofSeconds(1)));
        Socket client = door.connect()) {
      say(client, GET);
      try (Socket server = door.accept()) {
        hear(server, "\r\n\r\n");
        say(server, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(hearAll(client)).endsWith("ok");
        // Nor does the origin's outlive it.
        assertThat(server.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET http://" + ORIGIN + "/ HTTP/1.1\r\nHost:",
        "POST http://" + ORIGIN + "/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nx",
        "\5\1",
      })
  void thousandsOfThemAreNobodysObstacle(String begun, NetworkNamespace ns) throws Exception {
    List<Socket> crowd = new ArrayList<>();
    try (ExplicitHarness door =
        new ExplicitHarness(ns, settings(Duration.ofMinutes(2), Duration.ofMinutes(2)))) {
      Thread.ofVirtual().start(() -> answerAll(door));
      for (int i = 0; i < CROWD; i++) {
        Socket one = door.connect();
        crowd.add(one);
        say(one, begun);
      }
      for (int i = 0; i < 20; i++) {
        try (Socket client = door.connect()) {
          say(client, GET);
          assertThat(hear(client, "served")).endsWith("served");
        }
      }
      assertThat(door.proxy.sessions().open()).isGreaterThanOrEqualTo(CROWD);
    } finally {
      for (Socket one : crowd) {
        one.close();
      }
    }
  }

  /** An origin that answers every whole GET, and leaves the rest alone. */
  private static void answerAll(ExplicitHarness door) {
    try {
      while (true) {
        Socket server = acceptPatiently(door);
        Thread.ofVirtual()
            .start(() -> {
              try {
                while (hear(server, "\r\n\r\n").startsWith("GET ")) {
                  say(server, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nserved");
                }
                hearAll(server);
              } catch (IOException _) {
                // One of the crowd.
              }
            });
      }
    } catch (IOException _) {
      // The harness is closed.
    }
  }

  private static Socket acceptPatiently(ExplicitHarness door) throws IOException {
    while (true) {
      try {
        return door.accept();
      } catch (SocketTimeoutException _) {
        // The crowd is still gathering.
      }
    }
  }
}
