package io.finward.conntrack.rescue;

import io.finward.conntrack.message.LatePacket;
import io.finward.conntrack.shadow.FlowRecord;
import io.finward.conntrack.shadow.Leg;
import io.finward.linux.libc.KernelException;
import io.finward.linux.socket.RawIpSender;

/** Sends RSTs again by raw sockets, upstream ones with the proxy's mark. Belongs to one thread. */
public final class RawResetSender implements ResetSender, AutoCloseable {
  private final RawIpSender plain;
  private final RawIpSender marked;

  private RawResetSender(RawIpSender plain, RawIpSender marked) {
    this.plain = plain;
    this.marked = marked;
  }

  /**
   * Opens the sockets in the calling thread's network namespace.
   *
   * @param upstreamMark SO_MARK of upstream legs
   * @throws KernelException EPERM without CAP_NET_RAW
   */
  public static RawResetSender open(int upstreamMark) throws KernelException {
    RawIpSender plain = RawIpSender.open(0);
    try {
      return new RawResetSender(plain, RawIpSender.open(upstreamMark));
    } catch (KernelException e) {
      plain.close();
      throw e;
    }
  }

  @Override
  public boolean sendAgain(FlowRecord flow, LatePacket reset) {
    RawIpSender sender = flow.leg() == Leg.UPSTREAM ? marked : plain;
    return sender.send(ResetSegment.of(reset), reset.tuple().destination()) > 0;
  }

  @Override
  public void close() {
    plain.close();
    marked.close();
  }
}
