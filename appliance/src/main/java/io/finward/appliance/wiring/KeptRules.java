package io.finward.appliance.wiring;

import io.finward.linux.libc.KernelException;
import io.finward.nat.apply.Heartbeat;
import io.finward.nat.apply.Nat;
import io.finward.nat.apply.NatException;
import io.finward.nat.apply.RuleKeeper;
import io.finward.nat.apply.RulesFound;
import io.finward.nat.rule.Tracking;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules in the kernel while the daemon runs: applied, put back when somebody changes them, and
 * told every second that the daemon lives. Thread-safe but for {@link #remove} and {@link #close};
 * none of it is for an event loop except {@link #declareStranger}.
 */
final class KeptRules implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("rules");

  private final Nat nat;
  private final RuleKeeper keeper;
  private final Optional<Heartbeat> heartbeat;

  private KeptRules(Nat nat, RuleKeeper keeper, Optional<Heartbeat> heartbeat) {
    this.nat = nat;
    this.keeper = keeper;
    this.heartbeat = heartbeat;
  }

  /**
   * Puts the rules in place and keeps them. {@link Nat#settle} has to follow.
   *
   * @param found what the kernel has
   * @throws NatException when they cannot be put in place
   * @throws KernelException when the kernel refuses the netlink sockets
   */
  static KeptRules start(Nat nat, RulesFound found) throws NatException, KernelException {
    nat.apply(found);
    if (nat.own()) {
      LOG.info("the nft table is owned: a flush by others passes it over");
    }
    RuleKeeper keeper =
        nat.startKeeper(
            differences -> LOG.warn("somebody changed the rules; put back: {}", differences));
    try {
      return new KeptRules(nat, keeper, nat.startHeartbeat(keeper::look));
    } catch (KernelException e) {
      keeper.close();
      nat.disown();
      throw e;
    }
  }

  Nat nat() {
    return nat;
  }

  /** Replaces the rules by those for other entries in conntrack, now or as soon as it can be. */
  void track(Tracking tracking) {
    try {
      nat.track(tracking);
    } catch (NatException e) {
      LOG.error("the rules could not be replaced, trying again: {}", e.getMessage());
      keeper.look();
    }
  }

  /** How often rules were found changed and put back. */
  long repairs() {
    return keeper.repairs();
  }

  /** Lets the wall refuse a connection's late packets for a while. For any thread. */
  void declareStranger(InetSocketAddress client, InetSocketAddress destination) {
    heartbeat.ifPresent(alive -> alive.declareStranger(client, destination));
  }

  /** The wall answers late packets by RST from now on; the rules stay. */
  @Override
  public void close() {
    keeper.close();
    heartbeat.ifPresent(Heartbeat::close);
    nat.disown();
  }

  /** Takes the rules away, after {@link #close}. */
  void remove() {
    try {
      nat.remove();
    } catch (NatException e) {
      LOG.error("the rules could not be removed: {}", e.getMessage());
    }
  }
}
