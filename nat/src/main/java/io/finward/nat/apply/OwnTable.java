package io.finward.nat.apply;

import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import io.finward.nat.apply.Tool.Answer;
import io.finward.nat.codec.FlatCommands;
import io.finward.nat.codec.Names;
import io.finward.nat.codec.TableOwnership;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;

/** The table {@code inet finward} in the kernel: list, replace in one transaction, delete. */
final class OwnTable {
  private static final String TABLE = "inet " + Names.TABLE;

  /** Sets whose elements are worth more than the rules around them: kept while those change. */
  private static final Set<String> KEPT =
      Set.of(
          Names.ALIVE,
          Names.STRANGERS_4,
          Names.STRANGERS_6,
          Names.LEARNED_4,
          Names.LEARNED_6,
          Names.FLOOD_4,
          Names.FLOOD_6);

  private OwnTable() {}

  /** What the kernel has, if there is such a table. */
  static Optional<TableListing> list(Nft nft) throws NatException {
    if (nothing()) {
      return Optional.empty();
    }
    Answer answer = nft.ask("list table " + TABLE + "\n");
    if (answer.ok()) {
      return Optional.of(TableListing.parse(answer.output()));
    }
    if (answer.errors().contains("No such file or directory")) {
      return Optional.empty();
    }
    throw Tool.refused(Nft.COMMAND, answer);
  }

  /** Whether the kernel says that there is none; it is asked without a process. */
  private static boolean nothing() {
    try (NetlinkPort port = NetlinkPort.open(NetlinkPort.NETLINK_NETFILTER)) {
      var _ = port.ask("NFT_MSG_GETTABLE", TableOwnership.ask());
      return false;
    } catch (KernelException e) {
      // Anything else, nft shall say in its words.
      return e.errno() == Errno.ENOENT;
    }
  }

  /** Fails when another process owns the table, before anything else is changed. */
  static void requireChangeable() throws NatException {
    var _ = made(TableOwnership.makePersistent());
  }

  /**
   * Makes the table what the text says, in one transaction: at no moment is there no rule. What
   * connections hang on is kept where it is the same: timeout policies (a deleted one is taken from
   * its connections), counters, and the sets that fill themselves.
   *
   * @param found what there was a moment ago
   */
  static void replace(Nft nft, String text, Optional<TableListing> found) throws NatException {
    boolean persistent = made(TableOwnership.makePersistent());
    Optional<TableListing> present = found;
    if (persistent && present.isEmpty()) {
      present = Optional.of(TableListing.EMPTY); // it is there now
    }
    if (!persistent && present.isPresent()) {
      // Made by somebody who knew nothing of persistence, or the kernel knows nothing of it.
      persistent = made(TableOwnership.makeAgainPersistent());
      present = list(nft);
    }
    String commands = persistent ? FlatCommands.of(text) : text;
    if (present.isPresent()) {
      Answer answer = nft.ask(keepingWhatFills(present.get(), text) + commands);
      if (answer.ok()) {
        return;
      }
      if (answer.notPermitted()) {
        throw Tool.refused(Nft.COMMAND, answer);
      }
    }
    if (persistent && made(TableOwnership.makeAgainPersistent())) {
      // Two transactions: routing alone is the wall between them.
      nft.run(commands);
    } else {
      nft.run("add table " + TABLE + "\ndelete table " + TABLE + "\n" + text);
    }
  }

  static void delete(Nft nft) throws NatException {
    Answer answer = nft.ask("delete table " + TABLE + "\n");
    if (!answer.ok() && !answer.errors().contains("No such file or directory")) {
      throw Tool.refused(Nft.COMMAND, answer);
    }
  }

  /** Whether the kernel has done it; false where it knows no persistent tables. */
  private static boolean made(ByteBuffer transaction) throws NatException {
    try (NetlinkPort port = NetlinkPort.open(NetlinkPort.NETLINK_NETFILTER)) {
      port.transact("make table " + TABLE, transaction);
      return true;
    } catch (KernelException e) {
      if (e.errno() == Errno.EPERM) {
        throw new NatException(
            NatException.Reason.MISSING_CAPABILITY,
            "%s may not be changed (expected: CAP_NET_ADMIN in this namespace, and no other Finward"
                    .formatted(TABLE)
                + " running here: the table is its own)",
            e);
      }
      return false;
    }
  }

  private static String keepingWhatFills(TableListing present, String text) {
    StringBuilder batch = new StringBuilder("flush table " + TABLE + "\n");
    for (String chain : present.chains()) {
      batch.append("delete chain %s %s\n".formatted(TABLE, chain));
    }
    for (String set : present.sets()) {
      batch.append("delete set %s %s\n".formatted(TABLE, set));
    }
    for (String set : present.dynamicSets()) {
      if (!KEPT.contains(set) || !declares(text, "set " + set)) {
        batch.append("delete set %s %s\n".formatted(TABLE, set));
      }
    }
    for (String policy : present.policies()) {
      if (!declares(text, "ct timeout " + policy)) {
        batch.append("delete ct timeout %s %s\n".formatted(TABLE, policy));
      }
    }
    return batch.toString();
  }

  private static boolean declares(String text, String head) {
    return text.contains("\n  " + head + " {");
  }
}
