package io.finward.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an explicit door does not go without a rule, in every form that leads there. */
class ProtectedAddressesTest {
  /** 192.0.2.1 is the gateway's own here. */
  private final DefaultPolicy policy =
      new DefaultPolicy(_ -> true, Set.of(InetAddress.ofLiteral("192.0.2.1"))::contains);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "::", // unspecified, this network
        "127.0.0.1",
        "127.255.255.254",
        "::1", // loopback
        "169.254.169.254",
        "fe80::1", // link-local, and most metadata services
        "100.100.100.200",
        "168.63.129.16",
        "fd00:ec2::254", // the other metadata services
        "224.0.0.1",
        "ff02::1",
        "240.0.0.1",
        "255.255.255.255", // multicast, reserved, broadcast
        "192.0.2.1", // the gateway's own
        "::127.0.0.1", // IPv4-compatible, RFC 4291
        "64:ff9b::127.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b::192.0.2.1", // NAT64, RFC 6052
        "64:ff9b:1:7f00:0:100::", // local NAT64 of /48, RFC 8215
        "64:ff9b:1:fffe::127.0.0.1", // and of /96
        "2002:7f00:1::1",
        "2002:c000:201::1", // 6to4, RFC 3056
        "2001:0:c000:201::", // Teredo, its server
        "2001:0:c633:6407::80ff:fffe", // and its client, 127.0.0.1 with all bits turned over
        "2001:db8::5efe:127.0.0.1",
        "2001:db8::200:5efe:169.254.169.254", // ISATAP, RFC 5214
        "::ffff:0:127.0.0.1", // IPv4-translated, RFC 2765
      })
  void nobodyGoesThere(String address) {
    assertThat(policy.decide(to(InetAddress.ofLiteral(address)))).isInstanceOf(Verdict.Deny.class);
  }

  /** What the JDK reads as IPv4, the kernel would as well: the very same socket address. */
  @ParameterizedTest
  @ValueSource(strings = {"::ffff:127.0.0.1", "::ffff:192.0.2.1", "::ffff:169.254.169.254"})
  void aMappedAddressIsTheIpv4AddressInIt(String address) {
    assertThat(policy.decide(to(InetAddress.ofLiteral(address)))).isInstanceOf(Verdict.Deny.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "198.51.100.7",
        "10.0.0.1",
        "2001:db8::7",
        "64:ff9b::198.51.100.7",
        "2002:c633:6407::1",
        "fd00::1",
      })
  void everybodyGoesElsewhere(String address) {
    assertThat(policy.decide(to(InetAddress.ofLiteral(address)))).isInstanceOf(Verdict.Allow.class);
  }

  private static AccessRequest to(InetAddress address) {
    return new AccessRequest(
        "proxy",
        InetAddress.ofLiteral("198.51.100.99"),
        null,
        Set.of(),
        "name.test",
        address,
        443,
        "CONNECT",
        "name.test:443",
        0);
  }
}
