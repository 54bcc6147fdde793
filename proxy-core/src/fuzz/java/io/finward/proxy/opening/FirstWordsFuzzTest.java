package io.finward.proxy.opening;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.finward.proxy.session.Heard;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/** The first bytes of intercepted clients, which anybody chooses: never an exception. */
class FirstWordsFuzzTest {
  private static final InetSocketAddress TO =
      new InetSocketAddress(InetAddress.ofLiteral("198.51.100.7"), 80);

  @FuzzTest(maxDuration = "90s")
  void words(byte[] bytes) {
    int length = Math.min(bytes.length, FirstWords.MOST_BYTES);
    if (length == 0) {
      return;
    }
    Heard heard = FirstWords.read(Arrays.copyOf(bytes, length), length, TO);
    if (heard == null && length == FirstWords.MOST_BYTES) {
      throw new AssertionError("more is waited for than is looked at");
    }
  }
}
