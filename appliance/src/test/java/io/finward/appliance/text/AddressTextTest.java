package io.finward.appliance.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "192.0.2.1:80",
        "0.0.0.0:1",
        "[::]:8080",
        "[::1]:80",
        "[2001:db8::1]:65535",
        "[2001:db8:0:1:1:1:1:1]:1",
        "[2001:db8::1:0:0:1]:1",
        "[2001:0:0:1::1]:1",
        "[fe80::]:22"
      })
  void endpointsAreWrittenAsTheyAreRead(String text) {
    InetSocketAddress endpoint = AddressText.parseEndpoint(text);
    assertThat(endpoint).isNotNull();
    assertThat(AddressText.format(endpoint)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"[2001:DB8:0:0:0:0:0:1]:80,[2001:db8::1]:80", "[::0.0.0.2]:5,[::2]:5"})
  void ipv6IsShortenedAsRfc5952Wants(String text, String shortened) {
    InetSocketAddress endpoint = AddressText.parseEndpoint(text);
    assertThat(endpoint).isNotNull();
    assertThat(AddressText.format(endpoint)).isEqualTo(shortened);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "80",
        "localhost:80",
        "10.1:80",
        "256.0.0.1:80",
        "::1:80",
        "[::1]",
        "[10.0.0.1]:80",
        "[::ffff:10.0.0.1]:80",
        "10.0.0.1:",
        "10.0.0.1:0",
        "10.0.0.1:65536",
        "10.0.0.1:+80",
        "10.0.0.1:080000",
        "[[::1]]:80",
        " 10.0.0.1:80"
      })
  void anythingElseIsNoEndpoint(String text) {
    assertThat(AddressText.parseEndpoint(text)).isNull();
  }

  @Test
  void anUnresolvedNameIsShownAsItIs() {
    assertThat(AddressText.format(InetSocketAddress.createUnresolved("example.com", 443)))
        .isEqualTo("example.com:443");
  }
}
