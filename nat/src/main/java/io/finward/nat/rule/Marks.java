package io.finward.nat.rule;

/**
 * The packet marks by which rules, routing and sockets agree.
 *
 * @param tproxy on packets that go to a local transparent socket
 * @param upstream SO_MARK of the proxy's sockets to servers
 */
public record Marks(int tproxy, int upstream) {
  /** {@link #tproxy} unless configured; "FW" and a number. */
  public static final int TPROXY = 0x46570001;

  /** {@link #upstream} unless configured. */
  public static final int UPSTREAM = 0x46570002;

  /**
   * On packets that answer a connection a server opened to a client. They look like an intercepted
   * connection to the routing rules, and are not.
   */
  public static final int OPENED_BY_SERVER = 0x46570003;

  /** The marks unless configured. */
  public static final Marks DEFAULT = new Marks(TPROXY, UPSTREAM);

  public Marks {
    check("tproxy-mark", tproxy);
    check("upstream-mark", upstream);
    if (tproxy == upstream) {
      throw new IllegalArgumentException(
          "tproxy-mark %s (expected: another mark than upstream-mark)".formatted(hex(tproxy)));
    }
  }

  /** A mark as nft and {@code ip} write it. */
  public static String hex(int mark) {
    return "0x%08x".formatted(mark);
  }

  private static void check(String name, int mark) {
    if (mark == 0 || mark == OPENED_BY_SERVER) {
      throw new IllegalArgumentException(
          "%s %s (expected: a mark that is neither 0 nor %s)"
              .formatted(name, hex(mark), hex(OPENED_BY_SERVER)));
    }
  }
}
