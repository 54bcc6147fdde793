package io.finward.nat.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.finward.nat.Examples;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTest {
  @ParameterizedTest
  @CsvSource({
    "198.51.100.7/24, 198.51.100.0/24",
    "198.51.100.7, 198.51.100.7",
    "0.0.0.0/0, 0.0.0.0/0",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1/128, 2001:db8:0:1:1:1:1:1",
    "2001:DB8::ffff/64, 2001:db8::/64",
    "::/0, ::/0",
    "::1, ::1"
  })
  void networksAreWrittenAsTheKernelsToolsDo(String text, String written) {
    assertThat(Cidr.parse(text)).hasToString(written);
  }

  @ParameterizedTest
  @ValueSource(strings = {"198.51.100.0/33", "::/129", "1.2.3.4/x", "example.org", "", "1.2.3/8"})
  void refusesWhatIsNoNetwork(String text) {
    assertThatThrownBy(() -> Cidr.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(expected: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "90-80", "http", "-1", "", "80-", "99999"})
  void refusesWhatIsNoPort(String text) {
    assertThatThrownBy(() -> PortRange.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(expected: a port or a range of ports from 1 to 65535");
  }

  @Test
  void refusesADestinationTheListenerCannotAccept() {
    InterceptingListener four =
        new InterceptingListener(
            "web",
            InterceptionMode.REDIRECT,
            new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 8080),
            UpstreamSource.GATEWAY);

    assertThatThrownBy(() ->
            Examples.settings(
                RuleSwitches.ALL,
                List.of(four),
                List.of(Examples.interception("web", List.of("2001:db8::/32")))))
        .hasMessage(
            "2001:db8::/32 (expected: a network the listener web can accept connections for; it is"
                + " bound to 0.0.0.0)");
  }

  @Test
  void refusesAnInterceptionForNobody() {
    assertThatThrownBy(() ->
            Examples.settings(
                RuleSwitches.ALL,
                List.of(),
                List.of(Examples.interception("web", List.of("192.0.2.0/24")))))
        .hasMessage("listener web (expected: the name of a redirect or tproxy listener)");
  }

  @Test
  void aLeaseOutlastsTheProxysClocks() {
    Lease lease = Lease.forClocks(Duration.ofHours(2), Duration.ofMinutes(5), Duration.ofHours(24));

    assertThat(lease.open()).isGreaterThan(Duration.ofHours(2));
    assertThat(lease.halfClosed()).isGreaterThan(Duration.ofHours(24));
    assertThat(Lease.forClocks(Duration.ofDays(1000), Duration.ZERO, Duration.ZERO).open())
        .isLessThan(Duration.ofDays(30));
  }

  @Test
  void marksAreApart() {
    assertThatThrownBy(() -> new Marks(5, 5))
        .hasMessage("tproxy-mark 0x00000005 (expected: another mark than upstream-mark)");
    assertThatThrownBy(() -> new Marks(0, 5)).hasMessageContaining("neither 0 nor 0x46570003");
  }
}
