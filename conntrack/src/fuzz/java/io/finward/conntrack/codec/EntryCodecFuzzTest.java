package io.finward.conntrack.codec;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.finward.conntrack.message.ConntrackEntry;
import io.finward.linux.netlink.AttributeCursor;
import io.finward.linux.netlink.AttributeWriter;
import io.finward.linux.netlink.DecodeException;

/**
 * What ctnetlink tells: no exception but the declared one, and what we write ourselves is read as
 * it was written. (Ports of a protocol without ports are read and not written.)
 */
class EntryCodecFuzzTest {
  @FuzzTest(maxDuration = "90s")
  void entry(byte[] attributes) {
    ConntrackEntry entry;
    try {
      entry = EntryCodec.decode(AttributeCursor.over(attributes, 0));
    } catch (DecodeException _) {
      return;
    }
    try {
      ConntrackEntry ours = again(entry);
      ConntrackEntry read = again(ours);
      if (!read.equals(ours)) {
        throw new AssertionError(ours + " was read again as " + read);
      }
    } catch (DecodeException e) {
      throw new AssertionError(entry + " cannot be read again", e);
    }
  }

  private static ConntrackEntry again(ConntrackEntry entry) throws DecodeException {
    AttributeWriter writer = new AttributeWriter();
    EntryCodec.encode(writer, entry);
    return EntryCodec.decode(AttributeCursor.over(writer.toByteArray(), 0));
  }
}
