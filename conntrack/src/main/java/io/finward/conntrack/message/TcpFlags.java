package io.finward.conntrack.message;

/**
 * struct nf_ct_tcp_flags: what the tracker knows of one direction's TCP.
 *
 * @param flags IP_CT_TCP_FLAG_... bits
 * @param mask which of them are meant
 */
public record TcpFlags(int flags, int mask) {
  /** IP_CT_TCP_FLAG_BE_LIBERAL: only RST must be in the window. */
  public static final int BE_LIBERAL = 0x08;

  /** Sets BE_LIBERAL: a made entry does not know the window scale. */
  public static final TcpFlags LIBERAL = new TcpFlags(BE_LIBERAL, BE_LIBERAL);

  public TcpFlags {
    if ((flags | mask) < 0 || (flags | mask) > 0xff) {
      throw new IllegalArgumentException(
          "TCP flags " + flags + "/" + mask + " (expected: 0 to 255 each)");
    }
  }
}
