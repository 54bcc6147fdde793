package io.finward.conntrack.codec;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.finward.linux.netlink.AttributeCursor;
import io.finward.linux.netlink.DecodeException;
import io.finward.linux.netlink.NetlinkMessage;
import io.finward.linux.netlink.Nfnetlink;

/** Datagrams, their messages and all attributes of those, nested ones included. */
class NetlinkMessageFuzzTest {
  private static final int DEEPEST = 8;

  @FuzzTest(maxDuration = "90s")
  void datagram(byte[] datagram) {
    try {
      for (NetlinkMessage message : NetlinkMessage.split(datagram)) {
        if (message.body().length >= Nfnetlink.HEADER) {
          walk(message.attributes(Nfnetlink.HEADER), 0);
        }
      }
    } catch (DecodeException _) {
      // The declared one.
    }
  }

  private static void walk(AttributeCursor cursor, int depth) throws DecodeException {
    while (cursor.next()) {
      var _ = cursor.unknown();
      if (depth < DEEPEST && cursor.length() >= 4) {
        AttributeCursor inner = cursor.nested();
        try {
          walk(inner, depth + 1);
        } catch (DecodeException _) {
          // It was no nest.
        }
      }
    }
    cursor.finish();
  }
}
