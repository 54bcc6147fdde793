package io.finward.appliance.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.HttpExchange;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Side;
import java.time.ZoneId;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each directive by itself. */
@Timeout(30)
class LogFormatTest {
  private static final long MILLI = 1_000_000;

  /** 1,234,567 microseconds after the accept. */
  private static final long NOW = FakeView.ACCEPTED_NANOS + 1_234_567_000L;

  static Stream<Arguments> ofAnExchange() {
    return Stream.of(
        arguments("client", "%h %a %{c}a", "192.0.2.1 192.0.2.1 192.0.2.1"),
        arguments("local address", "%A", "192.0.2.254"),
        arguments("content bytes", "%b %B", "5000 5000"),
        arguments("cookie", "%{session}C %{a}C %{none}C", "abc=def 1 -"),
        arguments("microseconds", "%D", "1234567"),
        arguments("duration in units", "%T %{s}T %{ms}T %{us}T", "1 1 1234 1234567"),
        arguments(
            "what a proxy has not", "%l %L %{A}e %{B}n %{C}c %{SSL_PROTOCOL}x", "- - - - - -"),
        arguments("trailers and first byte", "%{a}^ti %{a}^to %^FB", "- - -"),
        arguments("file and handler", "%f %R", "proxy:http://www.example.com/a/b?c=d proxy-server"),
        arguments("protocol and method", "%H %m", "HTTP/1.1 GET"),
        arguments("request header", "%{User-Agent}i %{X-None}i", "curl/8.5 -"),
        arguments("response header", "%{Server}o %{Content-Type}o", "origin/1 text/html"),
        arguments("bytes with heads", "%I %O %S", "150 5300 5450"),
        arguments("keepalives", "%k %X", "3 +"),
        arguments("ports", "%p %{canonical}p %{local}p %{remote}p", "80 80 3128 40000"),
        arguments("query", "%U%q", "http://www.example.com/a/b?c=d?c=d"),
        arguments("request line", "\"%r\"", "\"GET http://www.example.com/a/b?c=d HTTP/1.1\""),
        arguments("status", "%s %>s %<s", "200 200 200"),
        arguments("user", "%u", "alice"),
        arguments("names", "%V", "www.example.com"),
        arguments("time", "%t %{end}t", "[02/Jan/2026:04:04:05 +0100] end"),
        arguments("time at the end", "%{end:%T}t %{begin:%T}t", "04:04:06 04:04:05"),
        arguments(
            "epoch", "%{sec}t %{msec}t %{usec}t", "1767323045 1767323045678 1767323045678000"),
        arguments("fractions", "%{msec_frac}t %{usec_frac}t %{end:msec_frac}t", "678 678000 912"),
        arguments(
            "strftime",
            "%{%d/%b/%Y %a %j %I%p %y %e %Z %z}t",
            "02/Jan/2026 Fri 002 04AM 26  2 CET +0100"),
        arguments("weeks", "%{%U %V %W %G %g %u %w}t", "00 01 00 2026 26 5 5"),
        arguments("status listed", "%200,304{User-agent}i %!200,304{Referer}i", "curl/8.5 -"),
        arguments("status not listed", "%404{User-agent}i %!404{User-agent}i", "- curl/8.5"),
        arguments("literals", "a\\tb\\\\c\\nd%%\\x", "a\tb\\c\nd%\\x"),
        arguments("session", "%{session}x %{listener}x %{mode}x %{event}x", "7 web explicit end"),
        arguments(
            "origin",
            "%{upstream}x %{host}x %{origin-status}x",
            "203.0.113.80:80 www.example.com 200"),
        arguments("reason", "%{close-reason}x %{rescues}x", "finished 0"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void ofAnExchange(String name, String format, String expected) throws Exception {
    assertThat(line(format, FakeExchange.get())).as(name).isEqualTo(expected);
  }

  static Stream<Arguments> ofAnInterceptedSession() {
    return Stream.of(
        arguments(
            "common",
            "common",
            "192.0.2.1 - - [02/Jan/2026:04:04:05 +0100]"
                + " \"CONNECT 198.51.100.1:80 HTTP/1.1\" 200 1572864"),
        arguments(
            "combined",
            "combinedio",
            "192.0.2.1 - - [02/Jan/2026:04:04:05 +0100]"
                + " \"CONNECT 198.51.100.1:80 HTTP/1.1\" 200 1572864 \"-\" \"-\" 78 1572864"),
        arguments(
            "destination",
            "%{orig-dst}x %V %p %U",
            "198.51.100.1:80 198.51.100.1 80 198.51.100.1:80"),
        arguments("reason", "%{close-reason}x", "finished"),
        arguments("half-close", "%{half-closed-by}x %{half-close-time}x", "server 700"),
        arguments("fins", "%{client-fin-time}x %{server-fin-time}x", "1200 500"),
        arguments("peer of the socket", "%a %{c}a", "192.0.2.1 192.0.2.9"),
        arguments("connect", "%{connect-time}x %{first-byte-time}x", "12 -"),
        arguments("rescues", "%{rescues}x", "2"),
        arguments("bytes", "%{bytes-from-client}x %{bytes-from-server}x", "78 1572864"),
        arguments(
            "addresses",
            "%{client}x %{upstream}x %{upstream-local}x",
            "192.0.2.1:40000 198.51.100.1:80 198.51.100.254:33000"),
        arguments("mode", "%{mode}x %{session-time}x %X", "redirect 1234 -"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void ofAnInterceptedSession(String name, String format, String expected) throws Exception {
    Tally tally = new Tally();
    tally.on(new SessionEvent.Connected(), FakeView.ACCEPTED_NANOS + 12 * MILLI);
    tally.on(new SessionEvent.FinReceived(Side.SERVER), FakeView.ACCEPTED_NANOS + 500 * MILLI);
    tally.on(new SessionEvent.FinReceived(Side.CLIENT), FakeView.ACCEPTED_NANOS + 1200 * MILLI);
    tally.rescued();
    tally.rescued();
    FakeView session = FakeView.intercepted().closedFirst(Side.SERVER);
    assertThat(
            line(
                format, new LogEvent(LogMoment.END, session, tally, null, EndReason.FINISHED, NOW)))
        .as(name)
        .isEqualTo(expected);
  }

  @Test
  void aRefusedSessionHasTheStatusThatConnectWouldHaveHad() throws Exception {
    assertThat(refused(EndReason.DENIED)).isEqualTo("403 - denied X");
    assertThat(refused(EndReason.CONNECT_REFUSED)).isEqualTo("503 - connect-refused X");
    assertThat(refused(EndReason.CONNECT_TIMEOUT)).isEqualTo("504 - connect-timeout X");
    assertThat(refused(EndReason.NO_ORIGINAL_DESTINATION))
        .isEqualTo("400 - no-original-destination X");
    assertThat(refused(EndReason.RESET_BY_CLIENT)).isEqualTo("- - reset-by-client X");
  }

  private static String refused(EndReason reason) throws BadFormatException {
    return line(
        "%>s %{upstream}x %{close-reason}x %X",
        new LogEvent(LogMoment.END, FakeView.intercepted(), new Tally(), null, reason, NOW));
  }

  @Test
  void anOpenSessionHasNeitherStatusNorReason() throws Exception {
    LogEvent event =
        new LogEvent(LogMoment.OPEN, FakeView.intercepted(), new Tally(), null, null, NOW);
    assertThat(line("%{event}x %>s %{close-reason}x %{half-close-time}x", event))
        .isEqualTo("open - - -");
  }

  @Test
  void noBytesAreAHyphenInOneDirectiveAndZeroInTheOther() throws Exception {
    FakeExchange empty = FakeExchange.get().bytes(new FakeExchange.Bytes(100, 80, 0));
    assertThat(line("%b %B", empty)).isEqualTo("- 0");
  }

  @Test
  void anAbortedExchangeIsMarked() throws Exception {
    assertThat(line("%X", FakeExchange.get().ended(false, false))).isEqualTo("X");
    assertThat(line("%X", FakeExchange.get().ended(true, false))).isEqualTo("-");
  }

  @Test
  void aNamelessUserIsTwoQuotesAndNobodyAHyphen() throws Exception {
    assertThat(line("%u", FakeExchange.get().user(""))).isEqualTo("\"\"");
    assertThat(line("%u", FakeExchange.get().user(null))).isEqualTo("-");
  }

  @Test
  void ipv6AddressesAreWrittenWithoutBrackets() throws Exception {
    FakeView session =
        new FakeView(ListenerMode.TPROXY, "[2001:db8::1]:40000", "[2001:db8:f::1]:80", null);
    LogEvent event = new LogEvent(LogMoment.OPEN, session, new Tally(), null, null, NOW);
    assertThat(line("%h %A %{client}x", event))
        .isEqualTo("2001:db8::1 2001:db8:f::1 [2001:db8::1]:40000");
  }

  @Test
  void aClientCannotForgeALine() throws Exception {
    String hostile = "x\" 200 0\r\n10.0.0.1 - root \\\u0000\u001b[2J\u00fc\u20ac\b\u000b\u007f";
    assertThat(line("\"%{User-Agent}i\"", FakeExchange.get().requestHeader("user-agent", hostile)))
        .isEqualTo(
            "\"x\\\" 200 0\\r\\n10.0.0.1 - root \\\\\\x00\\x1b[2J\\xfc\\xe2\\x82\\xac\\b\\v\\x7f\"");
    assertThat(line("%u", FakeExchange.get().user("al\"ice\nü")))
        .isEqualTo("al\\\"ice\\n\\xc3\\xbc");
    assertThat(line("%r", FakeExchange.get().line("GET /\" HTTP/1.1")))
        .isEqualTo("GET /\\\" HTTP/1.1");
  }

  @Test
  void aPasswordInTheUrlIsNotWritten() throws Exception {
    FakeExchange secret =
        FakeExchange.get().line("GET http://bob:secret@www.example.com/?a=b@c HTTP/1.1");
    assertThat(line("%r", secret))
        .isEqualTo("GET http://bob:XXXXXXXX@www.example.com/?a=b@c HTTP/1.1");
    FakeExchange none = FakeExchange.get().line("GET http://bob@www.example.com:80/a:b@c HTTP/1.1");
    assertThat(line("%r %U", none))
        .isEqualTo(none.requestLine() + " http://bob@www.example.com:80/a:b@c");
  }

  @Test
  void aLineHasAnEndHoweverLongItsHeaders() throws Exception {
    FakeExchange endless =
        FakeExchange.get().requestHeader("user-agent", "\u0000".repeat(LineBuffer.LONGEST));
    assertThat(line("%{User-Agent}i", endless)).hasSize(LineBuffer.LONGEST);
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        arguments("%h %y", "a directive of Apache's LogFormat instead of %y at character 4"),
        arguments("%h %{Referer", "a } after %{ at character 5"),
        arguments("%h %>", "the letter of a directive after % at character 4"),
        arguments("%20{A}i", "a status of three digits instead of 20 at character 2"),
        arguments("%{m}T", "s, ms or us in %{...}T at character 3"),
        arguments("%{other}p", "canonical, local or remote in %{...}p at character 3"),
        arguments("%t %{%H:%Q}t", "a conversion of strftime(3) in %{...}t at character 9"),
        arguments("%{end:%Q}t", "a conversion of strftime(3) in %{...}t at character 7"),
        arguments("%^zz", "a directive of Apache's LogFormat instead of %^zz at character 1"));
  }

  @ParameterizedTest
  @MethodSource
  void wrong(String format, String expected) {
    assertThatExceptionOfType(BadFormatException.class)
        .isThrownBy(() -> LogFormat.parse(format))
        .satisfies(e -> assertThat(e.expected()).isEqualTo(expected));
  }

  @Test
  void anUnknownTokenIsToldWhichThereAre() {
    assertThatExceptionOfType(BadFormatException.class)
        .isThrownBy(() -> LogFormat.parse("%{original-dst}x"))
        .satisfies(e ->
            assertThat(e.expected())
                .startsWith("one of alpn, bytes-from-client,")
                .contains(" orig-dst, ")
                .endsWith(" in %{...}x at character 3"));
  }

  private static String line(String format, HttpExchange exchange) throws BadFormatException {
    return line(
        format, new LogEvent(LogMoment.END, FakeView.explicit(), new Tally(), exchange, null, NOW));
  }

  private static String line(String format, LogEvent event) throws BadFormatException {
    LineBuffer out = new LineBuffer();
    LogFormat.parse(format, ZoneId.of("Europe/Berlin")).write(event, out);
    return out.toString();
  }
}
