package io.finward.linux.netlink;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The requests that wait for their answer, by sequence number. Owned by one event loop. */
final class RequestTable {
  private static final int NLM_F_CAPPED = 0x100;
  private static final int NLM_F_ACK_TLVS = 0x200;
  private static final int NLMSGERR_ATTR_MSG = 1;

  /** One request, or one batch, which waits under the sequence of each of its messages. */
  static final class Pending {
    private final int first;
    private final int last;
    private final long deadline;
    private final @Nullable Consumer<NetlinkMessage> stream;
    private final List<NetlinkMessage> messages = new ArrayList<>(1);
    private final CompletableFuture<NetlinkReply> reply = new CompletableFuture<>();
    private NetlinkReply.@Nullable Refused refused;
    private boolean interrupted;

    /**
     * @param first the first sequence; of a batch, that of its BATCH_BEGIN
     * @param last the sequence whose acknowledgement ends it
     * @param stream gets a dump's messages; null: they are collected
     */
    Pending(int first, int last, long deadline, @Nullable Consumer<NetlinkMessage> stream) {
      this.first = first;
      this.last = last;
      this.deadline = deadline;
      this.stream = stream;
    }

    CompletableFuture<NetlinkReply> reply() {
      return reply;
    }
  }

  private final Map<Integer, Pending> pending = new LinkedHashMap<>();

  void add(Pending request) {
    for (int sequence = request.first; sequence - request.last <= 0; sequence++) {
      pending.put(sequence, request);
    }
  }

  boolean isEmpty() {
    return pending.isEmpty();
  }

  /** Takes a message that came to us alone; false when no request waits for it. */
  boolean accept(NetlinkMessage message) {
    Pending request = pending.get(message.sequence());
    if (request == null) {
      return false;
    }
    if ((message.flags() & NetlinkMessage.NLM_F_DUMP_INTR) != 0) {
      request.interrupted = true;
    }
    switch (message.type()) {
      case NetlinkMessage.NLMSG_ERROR, NetlinkMessage.NLMSG_DONE -> acknowledge(request, message);
      case NetlinkMessage.NLMSG_NOOP -> {}
      default -> {
        if (request.stream != null) {
          request.stream.accept(message);
        } else {
          request.messages.add(message);
        }
      }
    }
    return true;
  }

  /** Ends those whose time is over; the oldest are first in the table. */
  void expire(long now) {
    for (Pending request : List.copyOf(pending.values())) {
      if (request.deadline - now > 0) {
        return;
      }
      finish(request, new NetlinkReply.Lost("no answer in time"));
    }
  }

  void closeAll() {
    for (Pending request : List.copyOf(pending.values())) {
      finish(request, new NetlinkReply.Lost("netlink socket closed"));
    }
  }

  /** The kernel would not even take it. */
  void refuse(Pending request, int errno) {
    finish(request, new NetlinkReply.Refused(errno, ""));
  }

  /** A datagram was lost: a dump under way may lack entries. */
  void interruptAll() {
    pending.values().forEach(request -> request.interrupted = true);
  }

  private void acknowledge(Pending request, NetlinkMessage message) {
    if (message.result() != 0 && request.refused == null) {
      request.refused = new NetlinkReply.Refused(-message.result(), reason(message));
    }
    boolean single = request.first == request.last;
    // A batch is refused as a whole under the sequence of its BATCH_BEGIN; otherwise the kernel
    // answers for each message, in order, and the last one ends it (nfnl_err_deliver).
    boolean wholeBatch = !single && message.sequence() == request.first && message.result() != 0;
    if (single || wholeBatch || message.sequence() == request.last) {
      finish(
          request,
          request.refused != null
              ? request.refused
              : new NetlinkReply.Done(request.messages, request.interrupted));
    }
  }

  private void finish(Pending request, NetlinkReply reply) {
    for (int sequence = request.first; sequence - request.last <= 0; sequence++) {
      pending.remove(sequence);
    }
    request.reply.complete(reply);
  }

  /** The text of an extended acknowledgement (struct nlmsgerr, then attributes). */
  private static String reason(NetlinkMessage message) {
    if ((message.flags() & NLM_F_ACK_TLVS) == 0) {
      return "";
    }
    int skip = Integer.BYTES + NetlinkMessage.HEADER;
    if (message.type() == NetlinkMessage.NLMSG_DONE) {
      skip = Integer.BYTES;
    } else if ((message.flags() & NLM_F_CAPPED) == 0) {
      // Not capped: our own message is repeated whole before the attributes.
      skip = Integer.BYTES + Math.max(NetlinkMessage.HEADER, message.echoedLength());
    }
    AttributeCursor attributes = message.attributes(skip);
    String text = "";
    while (attributes.next()) {
      if (attributes.type() == NLMSGERR_ATTR_MSG) {
        text = attributes.string();
      }
    }
    return text;
  }
}
