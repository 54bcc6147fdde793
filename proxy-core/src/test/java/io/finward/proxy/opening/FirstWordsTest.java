package io.finward.proxy.opening;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.finward.proxy.session.Heard;
import io.finward.proxy.session.Heard.Protocol;
import io.finward.proxy.session.Heard.Verified;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients say first, read whole, in pieces, and from strangers. */
class FirstWordsTest {
  private static final InetSocketAddress TO =
      new InetSocketAddress(InetAddress.ofLiteral("198.51.100.7"), 80);

  /**
   * {@code openssl s_client -connect 127.0.0.1:PORT -servername www.example.org -alpn h2,http/1.1}
   * of OpenSSL 3.0.19, as a socket received it.
   */
  private static final String OPENSSL =
      "160301014e0100014a030327dc73f6c950f275eeb84992d933672cc7e329ca134d87b146c9b30ad0"
          + "79ed9020e99332ea992fc84fe594ebc845ef51abaa3540b247fd71da16f060682c6035e1003e1302"
          + "13031301c02cc030009fcca9cca8ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039"
          + "c009c0130033009d009c003d003c0035002f00ff010000c300000014001200000f7777772e657861"
          + "6d706c652e6f7267000b000403000102000a00160014001d0017001e001900180100010101020103"
          + "0104002300000010000e000c02683208687474702f312e310016000000170000000d002a00280403"
          + "05030603080708080809080a080b080408050806040105010601030303010302040205020602002b"
          + "0009080304030303020301002d00020101003300260024001d0020ff26ad280cf8ac2d0240aa85c9"
          + "f5f895bfb3b1962a31303fff8037c56cd17176";

  @Test
  void readsNameAndProtocolsOfAHello() {
    Heard heard = heard(new Hello().name("WWW.Example.org").alpn("h2", "http/1.1").bytes());
    assertThat(heard)
        .isEqualTo(
            new Heard(
                Protocol.TLS,
                "www.example.org",
                List.of("h2", "http/1.1"),
                null,
                null,
                Verified.UNASKED));
    assertThat(heard.sni()).isEqualTo("www.example.org");
  }

  @Test
  void readsAHelloOfOpenssl() {
    Heard heard = heard(HexFormat.of().parseHex(OPENSSL));
    assertThat(heard.sni()).isEqualTo("www.example.org");
    assertThat(heard.alpn()).containsExactly("h2", "http/1.1");
  }

  @Test
  void passesGreaseOver() {
    byte[] hello = Hello.grease().alpn("\u00ba\u00ba", "h2").name("a.test").bytes();
    assertThat(heard(hello).host()).isEqualTo("a.test");
    assertThat(heard(hello).alpn()).containsExactly("h2");
  }

  @Test
  void takesTheOuterNameOfAnEncryptedHello() {
    byte[] hello = new Hello().extension(0xfe0d, new byte[200]).name("public.test").bytes();
    assertThat(heard(hello).host()).isEqualTo("public.test");
  }

  @Test
  void aHelloWithoutANameOrWithoutExtensionsHasNone() {
    assertThat(heard(new Hello().alpn("h2").bytes()).host()).isNull();
    assertThat(heard(new Hello().bytes())).isEqualTo(Heard.of(Protocol.TLS));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 50, 300, 1 << 14})
  void aHelloMayBeSpreadOverRecordsAndSegments(int size) {
    byte[] hello = new Hello().name("www.example.org").alpn("h2").records(size).bytes();
    assertNeedsEveryByte(hello);
    assertThat(heard(hello).host()).isEqualTo("www.example.org");
    byte[] more = Arrays.copyOf(hello, hello.length + 100);
    assertThat(heard(more).host()).isEqualTo("www.example.org");
  }

  @Test
  void aLargeHelloIsReadUpToTheLimit() {
    byte[] fits = new Hello().extension(21, new byte[16_000]).name("a.test").bytes();
    assertThat(fits.length).isLessThan(FirstWords.MOST_BYTES);
    assertThat(heard(fits).host()).isEqualTo("a.test");
    byte[] large = new Hello().extension(21, new byte[17_000]).name("a.test").bytes();
    assertThat(heard(Arrays.copyOf(large, FirstWords.MOST_BYTES)).protocol())
        .isEqualTo(Protocol.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a..b", "a b", "-\u0000", "\u00e4.test", "[::1]", "a/b"})
  void aNameThatIsNoneIsMalformed(String name) {
    assertThat(heard(new Hello().name(name).bytes())).isEqualTo(Heard.of(Protocol.MALFORMED));
  }

  @Test
  void whatMayNotBeTwiceIsMalformed() {
    byte[] twice = new Hello().name("good.test").name("evil.test").bytes();
    assertThat(heard(twice)).isEqualTo(Heard.of(Protocol.MALFORMED));
    byte[] two =
        new Hello()
            .extension(0, HexFormat.of().parseHex("0008" + "000001" + "61" + "00000162"))
            .bytes();
    assertThat(heard(two)).isEqualTo(Heard.of(Protocol.MALFORMED));
  }

  @Test
  void lengthsThatDoNotFitAreMalformed() {
    assertThat(heard(new Hello().sessionId(33).bytes()).protocol()).isEqualTo(Protocol.MALFORMED);
    byte[] hello = new Hello().name("a.test").bytes();
    hello[hello.length - 7] = 100; // the name's length
    assertThat(heard(hello).protocol()).isEqualTo(Protocol.MALFORMED);
    assertThat(heard(new byte[] {22, 3, 1, 0, 0}).protocol()).isEqualTo(Protocol.MALFORMED);
    assertThat(heard(new byte[] {22, 3, 1, 0, 1, 2}).protocol()).isEqualTo(Protocol.MALFORMED);
    assertThat(heard(new byte[] {22, 3, 1, 0, 1, 1, 23, 3, 1, 0, 1, 1}).protocol())
        .isEqualTo(Protocol.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({
    "GET /a?b HTTP/1.1|Host: www.Example.org, www.example.org, http://www.example.org/a?b",
    "GET / HTTP/1.1|host:www.example.org:8080, www.example.org, http://www.example.org:8080/",
    "GET / HTTP/1.1|Host: www.example.org.|X: y, www.example.org, http://www.example.org/",
    "GET http://a.test/x HTTP/1.1|Host: b.test, a.test, http://a.test/x",
    "OPTIONS * HTTP/1.1|Host: a.test, a.test, http://a.test",
    "GET / HTTP/1.1|Host: [2001:db8::1]:81, 2001:db8::1, http://[2001:db8::1]:81/",
    "GET /x HTTP/1.0|X: y, , http://198.51.100.7/x",
    "GET /x HTTP/1.1|Host:, , http://198.51.100.7/x",
    "CONNECT a.test:443 HTTP/1.1|Host: b.test, a.test, a.test:443",
  })
  void readsTheHeadOfARequest(String head, @Nullable String host, String url) {
    for (String end : List.of("\r\n", "\n")) {
      byte[] bytes = (head.replace("|", end) + end + end).getBytes(ISO_8859_1);
      assertNeedsEveryByte(bytes);
      Heard heard = heard(bytes);
      assertThat(heard.protocol()).isEqualTo(Protocol.HTTP);
      assertThat(heard.host()).isEqualTo(host);
      assertThat(heard.url()).isEqualTo(url);
      assertThat(heard.method()).isEqualTo(head.substring(0, head.indexOf(' ')));
      assertThat(heard.sni()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1|Host: good.test|Host: evil.test",
        "GET / HTTP/1.1|Host: good.test|HOST: good.test",
        "GET / HTTP/1.1|Host: good.test| .evil.test",
        "GET / HTTP/1.1|Host : good.test",
        "GET / HTTP/1.1|Host: a@b.test",
        "GET / HTTP/1.1|Host: a.test/b",
        "GET http:///x HTTP/1.1|Host: a.test",
        "GET a.test HTTP/1.1|Host: a.test",
        "CONNECT /x HTTP/1.1|Host: a.test",
        "GET / HTTP/2.0|Host: a.test",
        "GET  / HTTP/1.1|Host: a.test",
        "GET / x HTTP/1.1|Host: a.test",
      })
  void aHeadThatTwoReadersWouldTakeInTwoWaysIsMalformed(String head) {
    byte[] bytes = (head.replace("|", "\r\n") + "\r\n\r\n").getBytes(ISO_8859_1);
    assertThat(heard(bytes)).isEqualTo(Heard.of(Protocol.MALFORMED));
  }

  @Test
  void aHeadThatIsTooLargeForUsHasTheHostThatWasSeen() {
    String head = "GET / HTTP/1.1\r\nHost: a.test\r\nCookie: " + "x".repeat(20_000);
    byte[] bytes = head.substring(0, FirstWords.MOST_BYTES).getBytes(ISO_8859_1);
    assertThat(heard(bytes).host()).isEqualTo("a.test");
  }

  @Test
  void emptyLinesBeforeARequestArePassedOver() {
    byte[] bytes = "\r\n\r\nGET / HTTP/1.1\r\nHost: a.test\r\n\r\n".getBytes(ISO_8859_1);
    assertThat(heard(bytes).host()).isEqualTo("a.test");
  }

  @Test
  void knowsThePrefaceOfHttp2() {
    byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(ISO_8859_1);
    assertNeedsEveryByte(preface);
    assertThat(heard(preface)).isEqualTo(Heard.of(Protocol.HTTP2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.2\r\n",
        "EHLO mail.example.org\r\n",
        "\u0000\u0000\u0000\u0008",
        "\u0005\u0001\u0000",
        "\u0016SSH",
        "GET /\r\n",
        "GET",
        "\u00ff\u00ff",
        "USER a b c\n",
      })
  void whatIsSomethingElseIsKnownAtOnceOrWhenItsLineEnds(String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    if (text.equals("GET")) {
      assertThat(FirstWords.read(bytes, bytes.length, TO)).isNull();
    } else {
      assertThat(heard(bytes)).isEqualTo(Heard.of(Protocol.OTHER));
    }
  }

  private static void assertNeedsEveryByte(byte[] bytes) {
    for (int length = 1; length < bytes.length; length++) {
      assertThat(FirstWords.read(Arrays.copyOf(bytes, length), length, TO))
          .as("%d of %d bytes", length, bytes.length)
          .isNull();
    }
  }

  private static Heard heard(byte[] bytes) {
    Heard heard = FirstWords.read(bytes, bytes.length, TO);
    assertThat(heard).isNotNull();
    return heard == null ? Heard.of(Protocol.SILENT) : heard;
  }
}
