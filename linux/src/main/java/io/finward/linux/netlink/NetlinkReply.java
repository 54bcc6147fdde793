package io.finward.linux.netlink;

import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import java.io.IOException;
import java.util.List;

/** How the kernel answered a request. */
public sealed interface NetlinkReply {
  /**
   * It was done.
   *
   * @param messages what it answered, in its order; empty for a dump, whose messages were streamed
   * @param interrupted NLM_F_DUMP_INTR: the table changed under the dump, which may lack entries
   */
  record Done(List<NetlinkMessage> messages, boolean interrupted) implements NetlinkReply {
    public Done {
      messages = List.copyOf(messages);
    }

    @Override
    public List<NetlinkMessage> orThrow(String what) {
      return messages;
    }
  }

  /**
   * The kernel refused it.
   *
   * @param errno positive, see {@link Errno}
   * @param reason the kernel's own words (NLMSGERR_ATTR_MSG), or empty
   */
  record Refused(int errno, String reason) implements NetlinkReply {
    @Override
    public List<NetlinkMessage> orThrow(String what) throws KernelException {
      throw new KernelException(reason.isEmpty() ? what : what + " (" + reason + ")", errno);
    }

    @Override
    public String toString() {
      return Errno.name(errno) + (reason.isEmpty() ? "" : " (" + reason + ")");
    }
  }

  /** No answer came: the time ran out, or the socket was closed. What the kernel did is unknown. */
  record Lost(String why) implements NetlinkReply {
    @Override
    public List<NetlinkMessage> orThrow(String what) throws IOException {
      throw new IOException(what + ": " + why);
    }
  }

  /**
   * The answer's messages, for a caller to whom a refusal is an error.
   *
   * @param what the operation and its subject, for the message
   * @throws KernelException when the kernel refused
   * @throws IOException when no answer came
   */
  List<NetlinkMessage> orThrow(String what) throws IOException;
}
