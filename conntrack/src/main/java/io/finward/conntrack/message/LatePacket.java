package io.finward.conntrack.message;

import org.jspecify.annotations.Nullable;

/**
 * A packet the wall met, from its copy.
 *
 * @param kind what it means to TCP
 * @param tuple as it was when it was copied
 * @param prefix which rule copied it, without trailing blanks
 * @param hook NF_INET_... number
 * @param sequence TCP sequence number
 * @param acknowledgement TCP acknowledgement number; 0 without ACK
 * @param payload bytes of data
 * @param header TCP's, of a SYN that was copied with all its options; null of others
 * @param entry its entry, when it had one and the socket asks for it
 */
public record LatePacket(
    Kind kind,
    Tuple tuple,
    String prefix,
    int hook,
    int sequence,
    int acknowledgement,
    int payload,
    @Nullable TcpHeader header,
    @Nullable ConntrackEntry entry) {

  /** NF_INET_PRE_ROUTING. */
  public static final int PRE_ROUTING = 0;

  /** What a late packet means to TCP; the first that fits, in this order. */
  public enum Kind {
    RST,
    SYN,
    SYN_ACK,
    FIN,
    DATA,
    ACK;

    /** As metrics say it. */
    public String word() {
      return this == SYN_ACK ? "syn-ack" : name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** Whether it came from outside; otherwise this machine's own stack sent it. */
  public boolean arrived() {
    return hook == PRE_ROUTING;
  }
}
