package io.finward.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class NetworksTest {
  private static final Networks SOME =
      Asked.networks(
          "192.0.2.0/24",
          "192.0.2.128/25",
          "198.51.100.7",
          "10.0.0.0/8",
          "2001:db8::/32",
          "2001:db8:1::/48",
          "fe80::1",
          "203.0.113.64/26");

  @ParameterizedTest
  @CsvSource({
    "192.0.2.0, true",
    "192.0.2.255, true",
    "192.0.3.0, false",
    "192.0.1.255, false",
    "198.51.100.7, true",
    "198.51.100.6, false",
    "198.51.100.8, false",
    "10.255.255.255, true",
    "11.0.0.0, false",
    "203.0.113.63, false",
    "203.0.113.64, true",
    "203.0.113.127, true",
    "203.0.113.128, false",
    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, true",
    "2001:db9::, false",
    "fe80::1, true",
    "fe80::2, false",
    "::, false",
    "255.255.255.255, false",
  })
  void haveWhatIsWithinThem(String address, boolean within) {
    assertThat(SOME.contain(InetAddress.ofLiteral(address))).isEqualTo(within);
  }

  @Test
  void aMappedAddressIsTheIpv4AddressInIt() throws UnknownHostException {
    byte[] mapped = new byte[16];
    mapped[10] = -1;
    mapped[11] = -1;
    mapped[12] = 10;
    assertThat(SOME.contain(InetAddress.getByAddress(mapped))).isTrue();
  }

  @Test
  void everythingIsOneFamilysOnly() {
    assertThat(Asked.networks("0.0.0.0/0").contain(InetAddress.ofLiteral("255.1.2.3"))).isTrue();
    assertThat(Asked.networks("0.0.0.0/0").contain(InetAddress.ofLiteral("::1"))).isFalse();
    assertThat(Asked.networks("::/0").contain(InetAddress.ofLiteral("2001:db8::1"))).isTrue();
  }

  @Test
  void noNetworksHaveNothing() {
    assertThat(Asked.networks().contain(InetAddress.ofLiteral("192.0.2.1"))).isFalse();
  }
}
