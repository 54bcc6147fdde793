package io.finward.conntrack.client;

import io.finward.linux.libc.Errno;
import io.finward.linux.netlink.NetlinkReply;

/** What became of a change to the kernel's table. */
public sealed interface Outcome {
  /** It was done. */
  record Done() implements Outcome {}

  /** Nothing was to be done: the very entry is there. */
  record Present() implements Outcome {}

  /** The tuple's place is taken, if only by an entry that is just dying: worth another try. */
  record Busy(int errno) implements Outcome {}

  /** There is no such entry. */
  record Absent() implements Outcome {}

  /** The table is full (ENOMEM). */
  record TableFull() implements Outcome {}

  /** The kernel does not want it. */
  record Refused(int errno, String reason) implements Outcome {
    @Override
    public String toString() {
      return Errno.name(errno) + (reason.isEmpty() ? "" : " (" + reason + ")");
    }
  }

  /** No answer came; what the kernel did is unknown. */
  record Lost(String why) implements Outcome {}

  /** Whether it is as it was wanted. */
  default boolean done() {
    return this instanceof Done || this instanceof Present;
  }

  /** The outcome that an answer means. */
  static Outcome of(NetlinkReply reply) {
    return switch (reply) {
      case NetlinkReply.Done _ -> new Done();
      case NetlinkReply.Refused refused ->
          switch (refused.errno()) {
            // DESTROY is told before the entry is unlinked: until then a new one clashes with it
            // (EEXIST), or finds it dying (ETIME, EOPNOTSUPP; nf_conntrack_netlink.c).
            case Errno.EEXIST, Errno.ETIME, Errno.EOPNOTSUPP -> new Busy(refused.errno());
            case Errno.ENOENT -> new Absent();
            case Errno.ENOMEM -> new TableFull();
            default -> new Refused(refused.errno(), refused.reason());
          };
      case NetlinkReply.Lost lost -> new Lost(lost.why());
    };
  }
}
