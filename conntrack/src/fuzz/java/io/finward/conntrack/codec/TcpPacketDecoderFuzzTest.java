package io.finward.conntrack.codec;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.finward.linux.netlink.DecodeException;

/** The packets themselves. */
class TcpPacketDecoderFuzzTest {
  @FuzzTest(maxDuration = "90s")
  void packet(byte[] packet) {
    try {
      var _ = TcpPacketDecoder.decode(packet);
    } catch (DecodeException _) {
      // The declared one.
    }
  }
}
