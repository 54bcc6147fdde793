package io.finward.proxy.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HeadCheckTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET http://a/ HTTP/1.1|Host: a",
        "GET http://a/ HTTP/1.0",
        "GET http://a/ HTTP/1.1|Host:",
        "M-SEARCH * HTTP/1.1|HOST: \t a \t|X: |Y:a:b c",
        "POST http://a/ HTTP/1.1|Content-Length: 012|Host: a",
        "POST http://a/ HTTP/1.1|Transfer-Encoding: Chunked|Host: a",
      })
  void takesWhatHasOneMeaning(String lines) {
    assertDoesNotThrow(() -> check(lines));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "GET  http://a/ HTTP/1.1|Host: a;400",
        "' GET http://a/ HTTP/1.1|Host: a';400",
        "GET http://a/;400",
        "GET;400",
        "'';400",
        "GET  HTTP/1.1|Host: a;400",
        "G(T http://a/ HTTP/1.1|Host: a;400",
        "GET http://\u00e4/ HTTP/1.1|Host: a;400",
        "GET http://a/ b HTTP/1.1|Host: a;400",
        "GET http://a/ HTTP/1.1 |Host: a;400",
        "GET http://a/ HTTP/2.0|Host: a;505",
        "GET http://a/ HTTP/1.10|Host: a;400",
        "GET http://a/ http/1.1|Host: a;400",
        "GET http://a/ HTTP/1.1;400",
        "GET http://a/ HTTP/1.1|Host: a|Host: a;400",
        "GET http://a/ HTTP/1.1|Host: a|X;400",
        "GET http://a/ HTTP/1.1|Host: a|X|Y: 1;400",
        "GET http://a/ HTTP/1.1|Host: a|: 1;400",
        "GET http://a/ HTTP/1.1|Host: a|X : 1;400",
        "GET http://a/ HTTP/1.1|Host: a|X: 1| Y: 2;400",
        "GET http://a/ HTTP/1.1| Host: a;400",
        "POST http://a/ HTTP/1.1|Host: a|Content-Length: 1|content-length: 1;400",
        "POST http://a/ HTTP/1.1|Host: a|Content-Length: 1|Transfer-Encoding: chunked;400",
        "POST http://a/ HTTP/1.1|Host: a|Content-Length: +1;400",
        "POST http://a/ HTTP/1.1|Host: a|Content-Length:;400",
        "POST http://a/ HTTP/1.1|Host: a|Content-Length: 1234567890123456789;400",
        "POST http://a/ HTTP/1.1|Host: a|Transfer-Encoding: gzip;400",
        "POST http://a/ HTTP/1.1|Host: a|Transfer-Encoding: gzip, chunked;501",
        "POST http://a/ HTTP/1.0|Transfer-Encoding: chunked;400",
      })
  void refusesWhatHasTwo(String lines, int status) {
    assertEquals(
        status, assertThrows(RefusedHeadException.class, () -> check(lines)).status(), lines);
  }

  private static void check(String lines) throws RefusedHeadException {
    ByteBuf in = Unpooled.copiedBuffer(lines.replace("|", "\r\n") + "\r\n\r\n", ISO_8859_1);
    HeadCheck.check(in, 0, HeadCheck.end(in, 0, 0));
  }
}
