package io.finward.appliance.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.LoopSettings;
import io.finward.proxy.Proxy;
import io.finward.proxy.ProxySettings;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.door.ExplicitSettings;
import io.finward.proxy.intercept.OriginalClient;
import io.finward.proxy.limit.Admission;
import io.finward.proxy.limit.ProxyLimits;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.listen.SourceAddress;
import io.finward.proxy.opening.OpeningSettings;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Side;
import io.finward.proxy.upstream.DialSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The story of a real session beside a tcpdump of the same session. */
@Tag("netns")
@ExtendWith(NetnsExtension.class)
@Timeout(60)
class ExplainIT {
  private static final int MARK = 0x46570002;
  private static final ProxyLimits LIMITS =
      new ProxyLimits(
          Duration.ofSeconds(5), Duration.ofHours(2), Duration.ofMinutes(5), 100, 100, 100);

  /** A loaded machine may take so long to wake a loop. */
  private static final long LONGEST_MICROS = 1_000_000;

  /** The accept's time of day is known to the millisecond. */
  private static final long ROUNDING_MICROS = 2_000;

  private record Fin(long micros, int from, int to) {}

  @TempDir private Path folder;
  private final Timelines timelines = new Timelines(1, Duration.ofHours(24));

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void finsAreThoseOfThePacketCapture(String text, NetworkNamespace ns) throws Exception {
    InetAddress address = InetAddress.getByName(text);
    Path capture = folder.resolve("capture");
    Process tcpdump =
        ns.start(
            new ProcessBuilder("tcpdump", "-i", "lo", "-n", "-tt", "-l", "--immediate-mode", "tcp")
                .redirectErrorStream(true)
                .redirectOutput(capture.toFile()));
    try (Proxy _ = proxy(ns);
        ServerSocket listening = ns.call(() -> new ServerSocket(7000, 5, address))) {
      await().until(() -> Files.readString(capture).contains("listening on lo"));
      Socket client = ns.call(() -> new Socket(address, 7000));
      InetSocketAddress name = new InetSocketAddress(address, client.getLocalPort());
      try (client;
          Socket server = listening.accept()) {
        client.getOutputStream().write('?');
        assertThat(server.getInputStream().read()).isEqualTo('?');
        server.shutdownOutput();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        await().until(() -> seen(name, new SessionEvent.FinAcknowledged(Side.CLIENT)));
        client.shutdownOutput();
        assertThat(server.getInputStream().read()).isEqualTo(-1);
      }
      await().until(() -> seen(name, new SessionEvent.Ended(EndReason.FINISHED)));
      await().until(() -> fins(capture).size() == 4);

      Story story = timelines.of(name).join().getFirst();
      int upstream = story.upstreamLocal() == null ? 0 : story.upstreamLocal().getPort();
      List<Fin> fins = fins(capture);
      same(story, new SessionEvent.FinReceived(Side.SERVER), fins.get(0), 7000, upstream);
      // On a loopback the capture sees the proxy's packets to the client after their translation.
      same(story, new SessionEvent.FinSent(Side.CLIENT), fins.get(1), 7000, name.getPort());
      same(story, new SessionEvent.FinReceived(Side.CLIENT), fins.get(2), name.getPort(), 8080);
      same(story, new SessionEvent.FinSent(Side.SERVER), fins.get(3), upstream, 7000);
      CloseWait wait = story.closeWait();
      assertThat(wait).isNotNull();
      assertThat(wait.toMicros() - wait.fromMicros())
          .isBetween(
              fins.get(2).micros() - fins.get(1).micros() - LONGEST_MICROS,
              fins.get(2).micros() - fins.get(1).micros() + LONGEST_MICROS);
      assertThat(Diagram.text(List.of(story)))
          .contains("the server closed first", "the client sat in CLOSE_WAIT", "ended: finished");
    } finally {
      tcpdump.destroy();
      tcpdump.waitFor();
    }
  }

  private static void same(Story story, SessionEvent event, Fin packet, int from, int to) {
    assertThat(List.of(packet.from(), packet.to())).containsExactly(from, to);
    long told =
        story.moments().stream()
            .filter(one -> one.moment().equals(new Moment.Seen(event)))
            .findFirst()
            .orElseThrow()
            .micros();
    assertThat(story.acceptedMillis() * 1000 + told - packet.micros())
        .as("%s", event)
        .isBetween(-ROUNDING_MICROS, LONGEST_MICROS);
  }

  private boolean seen(InetSocketAddress client, SessionEvent event) {
    return timelines.of(client).join().stream()
        .flatMap(story -> story.moments().stream())
        .anyMatch(told -> told.moment().equals(new Moment.Seen(event)));
  }

  private static List<Fin> fins(Path capture) throws IOException {
    return Pattern.compile(
            "^(\\d+)\\.(\\d{6}) IP6? \\S+\\.(\\d+) > \\S+\\.(\\d+): Flags \\[F", Pattern.MULTILINE)
        .matcher(Files.readString(capture))
        .results()
        .map(ExplainIT::fin)
        .distinct()
        .toList();
  }

  private static Fin fin(MatchResult line) {
    return new Fin(
        Long.parseLong(line.group(1)) * 1_000_000 + Long.parseLong(line.group(2)),
        Integer.parseInt(line.group(3)),
        Integer.parseInt(line.group(4)));
  }

  private Proxy proxy(NetworkNamespace ns) throws IOException {
    ns.run(
        "nft",
        "add table inet t; add chain inet t out { type nat hook output priority -100; };"
            + " add rule inet t out meta mark != %d tcp dport 7000 redirect to :8080"
                .formatted(MARK));
    ListenerSettings listener =
        new ListenerSettings(
            "web",
            ListenerMode.REDIRECT,
            new InetSocketAddress(InetAddress.getByName("::"), 8080),
            SourceAddress.GATEWAY);
    Proxy proxy =
        ns.call(() ->
            Proxy.open(
                new ProxySettings(
                    List.of(listener),
                    LIMITS,
                    LoopSettings.of(1),
                    new DialSettings(MARK, false),
                    OriginalClient.PEER,
                    Admission.ALWAYS,
                    AccessPolicy.OPEN,
                    OpeningSettings.DEFAULT,
                    ExplicitSettings.of(AccessPolicy.OPEN),
                    timelines),
                ns.threadFactory()));
    proxy.start();
    return proxy;
  }
}
