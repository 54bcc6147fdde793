package io.finward.conntrack.codec;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.finward.linux.netlink.AttributeCursor;
import io.finward.linux.netlink.DecodeException;

/** Copies of packets, whose bytes anybody on the network chooses. */
class NflogCodecFuzzTest {
  @FuzzTest(maxDuration = "90s")
  void copy(byte[] attributes) {
    try {
      var _ = NflogCodec.decode(AttributeCursor.over(attributes, 0));
    } catch (DecodeException _) {
      // The declared one.
    }
  }
}
