package io.finward.appliance.config;

/**
 * What Finward puts into the kernel, and what becomes of it at a stop.
 *
 * @param nat whether the interception rules are Finward's; otherwise the administrator has their
 *     own
 * @param wall whether the rules that make a leak impossible are installed
 * @param lease whether intercepted flows get conntrack timeouts of their own
 * @param trackUpstream whether upstream connections from the gateway's own addresses get conntrack
 *     entries
 * @param trackTproxy whether connections of TPROXY listeners, and upstream connections from
 *     clients' addresses, get conntrack entries
 * @param destroyEvents whether conntrack tells others of the end of every intercepted flow; its own
 *     business needs none of those that ended in order
 * @param onStop what a stop leaves behind
 * @param upstreamMark SO_MARK of upstream sockets; never 0
 * @param tproxyMark the mark of TPROXY packets; never 0
 * @param nflogGroup the NFLOG group of late packets
 */
public record RulesSettings(
    boolean nat,
    boolean wall,
    boolean lease,
    Entries trackUpstream,
    Entries trackTproxy,
    boolean destroyEvents,
    OnStop onStop,
    int upstreamMark,
    int tproxyMark,
    int nflogGroup) {
  /** Who gets conntrack entries that nobody's translation needs. */
  public enum Entries {
    /** Everybody, as soon as rules of others on this gateway ask conntrack for anything. */
    AUTO,
    /** Everybody. */
    ALWAYS,
    /** Nobody. */
    NEVER
  }

  /** What becomes of the rules when Finward stops. */
  public enum OnStop {
    /** They stay: clients are refused while Finward is down, nothing leaks. */
    KEEP,
    /** Every session is reset, the last late packets are waited for, and the rules go. */
    REMOVE
  }

  /** What holds when the file says nothing. */
  static final RulesSettings DEFAULT =
      new RulesSettings(
          true,
          true,
          true,
          Entries.AUTO,
          Entries.AUTO,
          false,
          OnStop.KEEP,
          0x46570002,
          0x46570001,
          5);
}
