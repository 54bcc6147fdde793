package io.finward.proxy.header;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.DecoderException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers of the PROXY protocol, both ways. */
@Timeout(30)
class PeerHeaderTest {
  /** proxy-protocol.txt, 2.2. */
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

  private static InetSocketAddress endpoint(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 198.51.100.7, PROXY TCP4 192.0.2.1 198.51.100.7 50000 80",
    "2001:db8::1, 2001:db8:2::7, PROXY TCP6 2001:db8::1 2001:db8:2::7 50000 80",
    "192.0.2.1, 2001:db8:2::7, PROXY TCP6 ::ffff:192.0.2.1 2001:db8:2::7 50000 80",
    "2001:db8::1, 198.51.100.7, PROXY TCP6 2001:db8::1 ::ffff:198.51.100.7 50000 80",
  })
  void writesALine(String source, String destination, String line) {
    byte[] header = HeaderVersion.V1.header(endpoint(source, 50_000), endpoint(destination, 80));
    assertThat(new String(header, ISO_8859_1)).isEqualTo(line + "\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 198.51.100.7, 21 11 000c c0000201 c6336407 c350 0050",
    "2001:db8::1, 2001:db8:2::7,"
        + " 21 21 0024 20010db8000000000000000000000001 20010db8000200000000000000000007 c350 0050",
    "192.0.2.1, 2001:db8:2::7,"
        + " 21 21 0024 00000000000000000000ffffc0000201 20010db8000200000000000000000007 c350 0050",
  })
  void writesBinary(String source, String destination, String rest) {
    assertThat(HeaderVersion.V2.header(endpoint(source, 50_000), endpoint(destination, 80)))
        .isEqualTo(hex(SIGNATURE + rest));
  }

  @ParameterizedTest
  @EnumSource
  void readsWhatItWrites(HeaderVersion version) {
    InetSocketAddress[] ends = {
      endpoint("192.0.2.1", 1), endpoint("2001:db8::1", 65_535), endpoint("198.51.100.7", 443)
    };
    for (InetSocketAddress source : ends) {
      for (InetSocketAddress destination : ends) {
        byte[] header = version.header(source, destination);
        byte[] followed = Arrays.copyOf(header, header.length + 5);
        assertThat(PeerHeader.length(followed)).isEqualTo(header.length);
        assertThat(PeerHeader.decode(header)).isEqualTo(new PeerHeader(source, destination));
        for (int length = 0; length < header.length; length++) {
          assertThat(PeerHeader.length(Arrays.copyOf(header, length)))
              .isEqualTo(PeerHeader.INCOMPLETE);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "20 00 0000", // LOCAL
        "20 11 000c c0000201 c6336407 c350 0050", // LOCAL with addresses, which do not count
        "21 00 0000", // PROXY, UNSPEC
        "21 00 0004 01020304",
        "21 12 000c c0000201 c6336407 c350 0050", // UDP over IPv4
      })
  void ownEndsCount(String rest) {
    byte[] header = hex(SIGNATURE + rest);
    assertThat(PeerHeader.length(header)).isEqualTo(header.length);
    assertThat(PeerHeader.decode(header)).isNull();
  }

  @Test
  void ownEndsCountForUnixSocketsAndUnknownLines() {
    byte[] unix = Arrays.copyOf(hex(SIGNATURE + "21 31 00d8"), 16 + 216);
    unix[16] = '/';
    unix[16 + 108] = '/';
    assertThat(PeerHeader.decode(unix)).isNull();
    for (String line :
        new String[] {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n"}) {
      byte[] header = line.getBytes(ISO_8859_1);
      assertThat(PeerHeader.length(header)).isEqualTo(header.length);
      assertThat(PeerHeader.decode(header)).isNull();
    }
  }

  @Test
  void skipsTlvs() {
    // PP2_TYPE_ALPN "h2", PP2_TYPE_AUTHORITY "a.test", PP2_TYPE_SSL with a version, an unknown one.
    byte[] header =
        hex(
            SIGNATURE
                + "21 11 0031 c0000201 c6336407 c350 0050"
                + "01 0002 6832 02 0006 612e74657374"
                + "20 000f 01 00000000 21 0007 544c5376312e33"
                + "ee 0002 0102");
    assertThat(PeerHeader.length(header)).isEqualTo(header.length);
    assertThat(PeerHeader.decode(header))
        .isEqualTo(new PeerHeader(endpoint("192.0.2.1", 50_000), endpoint("198.51.100.7", 80)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n",
        "PROXX",
        "proxy TCP4 192.0.2.1 198.51.100.7 50000 80\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.7 50000 80\n",
        "\r\n\r\n\0\r\nQUIX",
        "\u0005",
      })
  void knowsAtOnceWhatIsNoHeader(String begun) {
    assertThat(PeerHeader.length(begun.getBytes(ISO_8859_1))).isEqualTo(PeerHeader.BROKEN);
  }

  @Test
  void doesNotWaitForever() {
    byte[] line = new byte[107];
    Arrays.fill(line, (byte) 'x');
    System.arraycopy("PROXY ".getBytes(ISO_8859_1), 0, line, 0, 6);
    assertThat(PeerHeader.length(line)).isEqualTo(PeerHeader.BROKEN);
    assertThat(PeerHeader.length(hex(SIGNATURE + "21 11 1000"))).isEqualTo(PeerHeader.BROKEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY TCP4 192.0.2.1 198.51.100.7 50000\r\n",
        "PROXY TCP4 192.0.2.256 198.51.100.7 50000 80\r\n",
        "PROXY TCP4 2001:db8::1 198.51.100.7 50000 80\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.7 50000 65536\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.7 50000 0\r\n",
        "PROXY TCP9 192.0.2.1 198.51.100.7 50000 80\r\n",
        "PROXY \r\n",
      })
  void refusesMalformedLines(String line) {
    assertThatThrownBy(() -> PeerHeader.decode(line.getBytes(ISO_8859_1)))
        .isInstanceOf(DecoderException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "11 11 000c c0000201 c6336407 c350 0050", // version 1 in binary
        "22 11 000c c0000201 c6336407 c350 0050", // no such command
        "21 41 000c c0000201 c6336407 c350 0050", // no such family
        "21 11 0004 c0000201", // too short for its family
        "21 11 0010 c0000201 c6336407 c350 0050 01 0009 00", // a TLV past the end
        "21 11 000c c0000201 c6336407 0000 0050", // port 0
      })
  void refusesMalformedBinary(String rest) {
    byte[] header = hex(SIGNATURE + rest);
    assertThat(PeerHeader.length(header)).isEqualTo(header.length);
    assertThatThrownBy(() -> PeerHeader.decode(header)).isInstanceOf(DecoderException.class);
  }

  @Test
  void garbageIsRefusedOrReadButNothingElse() {
    Random random = new Random(7);
    byte[] valid = HeaderVersion.V2.header(endpoint("192.0.2.1", 1), endpoint("192.0.2.2", 2));
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = Arrays.copyOf(valid, 16 + random.nextInt(80));
      random.nextBytes(bytes);
      System.arraycopy(valid, 0, bytes, 0, 12);
      bytes[12] = (byte) (0x20 | random.nextInt(3));
      bytes[13] = (byte) (random.nextInt(4) << 4 | random.nextInt(3));
      bytes[14] = 0;
      bytes[15] = (byte) (bytes.length - 16);
      try {
        PeerHeader said = PeerHeader.decode(bytes);
        assertThat(said == null || said.source().getPort() > 0).isTrue();
      } catch (DecoderException _) {
        // As it should be.
      }
    }
  }
}
