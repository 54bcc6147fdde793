package io.finward.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.access.AccessRule;
import io.finward.proxy.access.AccessRule.Action;
import io.finward.proxy.access.AccessRules;
import io.finward.proxy.access.Condition;
import io.finward.proxy.access.NameSet;
import io.finward.proxy.opening.Hello;
import io.finward.proxy.opening.OpeningSettings;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.Heard;
import io.finward.proxy.session.Heard.Protocol;
import io.finward.proxy.session.SessionEvent;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Intercepted sessions that are judged by what their clients say first. */
@Tag("netns")
@Timeout(120)
@ExtendWith(NetnsExtension.class)
class OpeningIT {
  /** Nobody answers there: no name is ever verified. */
  private static final List<InetSocketAddress> NO_DNS =
      List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 5353));

  private static final OpeningSettings LONG = settings(Duration.ofMinutes(1));
  private static final OpeningSettings SHORT = settings(Duration.ofMillis(400));
  private static final AccessPolicy NOT_BAD = rules(rule(Action.DENY, name("bad.test")));
  private static final AccessPolicy ONLY_GOOD =
      rules(rule(Action.ALLOW, name("good.test")), rule(Action.DENY, new Condition.All(List.of())));

  private static OpeningSettings settings(Duration peek) {
    return new OpeningSettings(peek, Duration.ofSeconds(1), Duration.ofHours(1), NO_DNS);
  }

  private static AccessPolicy rules(AccessRule... rules) {
    return new AccessRules(List.of(rules), AccessPolicy.OPEN);
  }

  private static AccessRule rule(Action action, Condition condition) {
    return new AccessRule(action.name(), action, condition);
  }

  private static Condition name(String name) {
    NameSet names = NameSet.of(List.of(name));
    return new Condition.Name(() -> names);
  }

  private static byte[] hello(String name) {
    return Hello.grease().name(name).alpn("h2", "http/1.1").bytes();
  }

  private static byte[] request(String host) {
    return "GET /a HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(host).getBytes(US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aDeniedNameIsRefusedAndNotAByteOfAnotherIsTouched(String address, NetworkNamespace ns)
      throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address, NOT_BAD, LONG)) {
      for (byte[] words : List.of(hello("good.test"), request("good.test"))) {
        try (Socket client = harness.connect()) {
          client.getOutputStream().write(words);
          try (Socket server = harness.accept()) {
            assertThat(server.getInputStream().readNBytes(words.length)).isEqualTo(words);
            server.getOutputStream().write(words);
            assertThat(client.getInputStream().readNBytes(words.length)).isEqualTo(words);
          }
        }
      }
      for (byte[] words : List.of(hello("bad.test"), request("bad.test:80"))) {
        try (Socket client = harness.connect()) {
          client.getOutputStream().write(words);
          assertReset(client);
        }
      }
      await().until(() -> harness.ended(EndReason.DENIED));
      assertThat(heard(harness)).extracting(Heard::host).contains("good.test", "bad.test");
      assertThat(heard(harness)).extracting(Heard::verified).containsOnly(Heard.Verified.UNASKED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aForgedNameOpensNothing(String address, NetworkNamespace ns) throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address, ONLY_GOOD, LONG)) {
      for (byte[] words :
          List.of(
              hello("good.test"),
              request("good.test"),
              "GET http://good.test/ HTTP/1.1\r\nHost: bad.test\r\n\r\n".getBytes(US_ASCII))) {
        try (Socket client = harness.connect()) {
          client.getOutputStream().write(words);
          assertReset(client);
        }
      }
      await().until(() -> heard(harness).size() == 3);
      assertThat(heard(harness)).extracting(Heard::verified).containsOnly(Heard.Verified.NO);
      assertThat(harness.events).noneMatch(SessionEvent.Connected.class::isInstance);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aServerThatSpeaksFirstIsHeard(String address, NetworkNamespace ns) throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address, NOT_BAD, SHORT);
        Socket client = harness.connect();
        Socket server = harness.accept()) {
      server.getOutputStream().write("220 mail.test\r\n".getBytes(US_ASCII));
      assertThat(client.getInputStream().readNBytes(15)).asString().isEqualTo("220 mail.test\r\n");
      client.getOutputStream().write("QUIT\r\n".getBytes(US_ASCII));
      assertThat(server.getInputStream().readNBytes(6)).asString().isEqualTo("QUIT\r\n");
      assertThat(heard(harness)).containsExactly(Heard.of(Protocol.SILENT));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aSlowHelloIsJudgedWithoutANameWhenTimeIsUp(String address, NetworkNamespace ns)
      throws Exception {
    byte[] hello = hello("bad.test");
    Duration peek = Duration.ofSeconds(2);
    try (ProxyHarness harness = ProxyHarness.start(ns, address, NOT_BAD, settings(peek));
        Socket client = harness.connect()) {
      long before = cpuNanos();
      client.getOutputStream().write(hello, 0, 40);
      try (Socket server = harness.accept()) {
        // A loop that spins over what was peeked at and left would have taken all of it.
        assertThat(Duration.ofNanos(cpuNanos() - before)).isLessThan(peek.dividedBy(2));
        client.getOutputStream().write(hello, 40, hello.length - 40);
        assertThat(server.getInputStream().readNBytes(hello.length)).isEqualTo(hello);
      }
      assertThat(heard(harness)).containsExactly(Heard.of(Protocol.UNFINISHED));
    }
  }

  /** Who means to escape a list of names by saying none, or none in time. */
  @Test
  void whoSaysNothingThatCanBeJudgedIsRefusedWhereARuleSaysSo(NetworkNamespace ns)
      throws Exception {
    AccessPolicy strict =
        rules(
            rule(Action.DENY, name("bad.test")),
            rule(Action.DENY, new Condition.Spoken(Set.of("silent", "unfinished", "malformed"))));
    byte[] hello = hello("bad.test");
    byte[] malformed = hello.clone();
    malformed[5] = 99;
    try (ProxyHarness harness = ProxyHarness.start(ns, "127.0.0.1", strict, SHORT)) {
      for (byte[] words : List.of(new byte[0], Arrays.copyOf(hello, 40), malformed)) {
        try (Socket client = harness.connect()) {
          client.getOutputStream().write(words);
          assertReset(client);
        }
      }
      await().until(() -> heard(harness).size() == 3);
      assertThat(heard(harness))
          .extracting(Heard::protocol)
          .containsExactly(Protocol.SILENT, Protocol.UNFINISHED, Protocol.MALFORMED);
      try (Socket client = harness.connect()) {
        client.getOutputStream().write(hello("good.test"));
        harness.accept().close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aHelloInManySegmentsIsRead(String address, NetworkNamespace ns) throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address, NOT_BAD, SHORT)) {
      byte[] hello = hello("bad.test");
      for (int size : new int[] {1, 3, 50}) {
        try (Socket client = harness.connect()) {
          client.setTcpNoDelay(true);
          for (int at = 0; at < hello.length; at += size) {
            client.getOutputStream().write(hello, at, Math.min(size, hello.length - at));
          }
          assertReset(client);
        }
      }
      assertThat(heard(harness)).extracting(Heard::sni).containsOnly("bad.test").hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void clientsThatNeverSpeakHurtNobody(String address, NetworkNamespace ns) throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address, NOT_BAD, LONG)) {
      List<Socket> silent = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        Socket client = harness.connect();
        if (i % 2 == 0) {
          client.getOutputStream().write(hello("bad.test"), 0, 60);
        }
        silent.add(client);
      }
      await().until(() -> harness.sessions().open() == 1000);
      byte[] hello = hello("good.test");
      for (int i = 0; i < 20; i++) {
        try (Socket client = harness.connect()) {
          client.getOutputStream().write(hello);
          try (Socket server = harness.accept()) {
            assertThat(server.getInputStream().readNBytes(hello.length)).isEqualTo(hello);
          }
        }
      }
      assertThat(harness.sessions().open()).isGreaterThanOrEqualTo(1000);
      for (Socket client : silent) {
        Bytes.reset(client);
      }
      await().until(() -> harness.sessions().open() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aClientThatHasAskedAndHalfClosesIsServed(String address, NetworkNamespace ns)
      throws Exception {
    byte[] words = request("good.test");
    try (ProxyHarness harness = ProxyHarness.start(ns, address, NOT_BAD, LONG);
        Socket client = harness.connect()) {
      client.getOutputStream().write(words);
      client.shutdownOutput();
      try (Socket server = harness.accept()) {
        assertThat(server.getInputStream().readAllBytes()).isEqualTo(words);
        server.getOutputStream().write("answer".getBytes(US_ASCII));
      }
      assertThat(client.getInputStream().readAllBytes()).asString().isEqualTo("answer");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aFinBeforeAnyByteOrWithinAHelloEndsTheWaiting(String address, NetworkNamespace ns)
      throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address, NOT_BAD, LONG)) {
      for (byte[] words : List.of(new byte[0], Arrays.copyOf(hello("bad.test"), 50))) {
        try (Socket client = harness.connect()) {
          client.getOutputStream().write(words);
          client.shutdownOutput();
          try (Socket server = harness.accept()) {
            assertThat(server.getInputStream().readAllBytes()).isEqualTo(words);
          }
        }
      }
      assertThat(heard(harness))
          .containsExactly(Heard.of(Protocol.SILENT), Heard.of(Protocol.UNFINISHED));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aSessionEndsWhileItIsLookedAt(String address, NetworkNamespace ns) throws Exception {
    try (ProxyHarness harness = ProxyHarness.start(ns, address, NOT_BAD, LONG)) {
      Socket resets = harness.connect();
      resets.getOutputStream().write(hello("good.test"), 0, 30);
      await().until(() -> harness.sessions().open() == 1);
      Bytes.reset(resets);
      await().until(() -> harness.ended(EndReason.RESET_BY_CLIENT));
      try (Socket killed = harness.connect()) {
        await().until(() -> harness.sessions().open() == 1);
        long id = harness.sessions().list().get(5, TimeUnit.SECONDS).getFirst().id();
        assertThat(harness.sessions().list().get(5, TimeUnit.SECONDS).getFirst().state().word())
            .isEqualTo("opening");
        harness.sessions().kill(id).get(5, TimeUnit.SECONDS);
        assertReset(killed);
      }
      assertThat(harness.sessions().open()).isZero();
      assertThat(heard(harness)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void whatAddressesAndPortsDecideIsDecidedAtAccept(String address, NetworkNamespace ns)
      throws Exception {
    Condition port =
        new Condition.Ports(
            List.of(new Condition.Ports.Range(ProxyHarness.SERVER_PORT, ProxyHarness.SERVER_PORT)));
    AccessPolicy rules = rules(rule(Action.ALLOW, port), rule(Action.DENY, name("bad.test")));
    try (ProxyHarness harness = ProxyHarness.start(ns, address, rules, LONG);
        Socket client = harness.connect();
        Socket server = harness.accept()) {
      server.getOutputStream().write('x');
      assertThat(client.getInputStream().read()).isEqualTo('x');
      assertThat(heard(harness)).isEmpty();
    }
  }

  private static List<Heard> heard(ProxyHarness harness) {
    return harness.events.stream()
        .filter(SessionEvent.FirstHeard.class::isInstance)
        .map(event -> ((SessionEvent.FirstHeard) event).heard())
        .toList();
  }

  /** CPU time of all threads of this process but the one that asks. */
  private static long cpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long nanos = 0;
    for (long id : threads.getAllThreadIds()) {
      if (id != Thread.currentThread().threadId()) {
        nanos += Math.max(0, threads.getThreadCpuTime(id));
      }
    }
    return nanos;
  }

  private static void assertReset(Socket client) {
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }
}
