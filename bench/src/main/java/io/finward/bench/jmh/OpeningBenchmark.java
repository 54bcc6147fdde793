package io.finward.bench.jmh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.finward.proxy.opening.FirstWords;
import io.finward.proxy.session.Heard;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a client says first, understood: a ClientHello as the JDK sends it, a browser's request. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class OpeningBenchmark {
  private static final String NAME = "www.example.org";

  private final InetSocketAddress destination =
      new InetSocketAddress(InetAddress.ofLiteral("198.51.100.7"), 443);
  private final byte[] hello = hello();
  private final byte[] request =
      """
      GET /a/page?with=a&query=string HTTP/1.1\r
      Host: www.example.org\r
      User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r
      Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r
      Accept-Language: en-US,en;q=0.5\r
      Accept-Encoding: gzip, deflate\r
      Connection: keep-alive\r
      Cookie: session=0123456789abcdef0123456789abcdef; theme=dark\r
      \r
      """
          .getBytes(US_ASCII);

  /** For JMH. */
  public OpeningBenchmark() {}

  private static byte[] hello() {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine(NAME, 443);
      engine.setUseClientMode(true);
      ByteBuffer sent = ByteBuffer.allocate(FirstWords.MOST_BYTES + 2048);
      var _ = engine.wrap(ByteBuffer.allocate(0), sent);
      return Arrays.copyOf(sent.array(), sent.position());
    } catch (GeneralSecurityException | SSLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** With server name and protocols. */
  @Benchmark
  public @Nullable Heard clientHello() {
    return FirstWords.read(hello, hello.length, destination);
  }

  /** With Host. */
  @Benchmark
  public @Nullable Heard requestHead() {
    return FirstWords.read(request, request.length, destination);
  }
}
