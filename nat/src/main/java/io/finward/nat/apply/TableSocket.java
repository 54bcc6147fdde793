package io.finward.nat.apply;

import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import io.finward.nat.codec.TableOwnership;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The netlink socket by which the daemon changes its table, and which owns it where the kernel can
 * (Linux 6.9): a {@code flush ruleset} of others passes the table over then, and their changes are
 * refused. When the socket is closed the table stays, without an owner.
 *
 * <p>Thread-safe; every method waits for the kernel, none is for an event loop.
 */
final class TableSocket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TableSocket.class);

  /** Something that others have to do to the table. */
  interface Change {
    void run() throws NatException;
  }

  private final boolean wantsToOwn;
  private NetlinkPort port;
  private boolean owns;
  private boolean closed;

  private TableSocket(boolean wantsToOwn) throws KernelException {
    this.wantsToOwn = wantsToOwn;
    this.port = NetlinkPort.open(NetlinkPort.NETLINK_NETFILTER);
    own();
  }

  /** Opens a socket that owns nothing, in the calling thread's network namespace. */
  static TableSocket open() throws KernelException {
    return new TableSocket(false);
  }

  /** Opens the table's owner, or a plain socket where the table is not persistent. */
  static TableSocket owner() throws KernelException {
    return new TableSocket(true);
  }

  /** Whether the table is ours alone to change. */
  synchronized boolean owns() {
    return owns;
  }

  /**
   * Sends a transaction and waits for its answer.
   *
   * @throws KernelException what the kernel refused it with; then nothing of it is done
   */
  synchronized void transact(String what, ByteBuffer batch) throws KernelException {
    if (closed) {
      throw new KernelException(what, Errno.EBADF);
    }
    port.transact(what, batch);
  }

  /** Gives the table up for a change by the nft program, and takes it again. */
  synchronized void release(Change change) throws NatException, KernelException {
    if (!wantsToOwn || closed) {
      change.run();
      return;
    }
    port.close();
    owns = false;
    try {
      change.run();
    } finally {
      port = NetlinkPort.open(NetlinkPort.NETLINK_NETFILTER);
      own();
    }
  }

  private void own() {
    if (wantsToOwn) {
      try {
        port.transact("own the table", TableOwnership.own());
        owns = true;
      } catch (KernelException e) {
        LOG.debug("the table has no owner", e);
      }
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      owns = false;
      port.close();
    }
  }
}
