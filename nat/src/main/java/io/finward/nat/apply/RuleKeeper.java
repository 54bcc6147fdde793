package io.finward.nat.apply;

import io.finward.linux.libc.KernelException;
import io.finward.nat.codec.RuleChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the rules as they are to be: told by the kernel that somebody changed them, it looks, puts
 * them back, counts and says so. Sysctls send no notification; they are read every second.
 */
public final class RuleKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RuleKeeper.class);

  private static final int RTNLGRP_IPV4_ROUTE = 7;
  private static final int RTNLGRP_IPV4_RULE = 8;
  private static final int RTNLGRP_IPV6_ROUTE = 11;
  private static final int RTNLGRP_IPV6_RULE = 19;

  /** One change is many notifications. */
  private static final long SETTLE_MILLIS = 20;

  private static final long AGAIN_MILLIS = 1000;
  private static final long REPAIR_SECONDS = 30;

  private final Nat nat;
  private final Consumer<List<String>> repaired;
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("rules-keeper").daemon().factory());
  private final List<ChangeWatch> watches = new ArrayList<>();
  private final AtomicBoolean pending = new AtomicBoolean();
  private final AtomicLong repairs = new AtomicLong();

  private RuleKeeper(Nat nat, Consumer<List<String>> repaired) {
    this.nat = nat;
    this.repaired = repaired;
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /**
   * Starts in the calling thread's network namespace.
   *
   * @param repaired gets what was different, in plain words, on the keeper's thread
   */
  static RuleKeeper start(Nat nat, Consumer<List<String>> repaired) throws KernelException {
    RuleKeeper keeper = new RuleKeeper(nat, repaired);
    try {
      keeper.watches.add(
          ChangeWatch.start(
              NetlinkPort.NETLINK_NETFILTER,
              RuleChanges::concernsTable,
              keeper::look,
              NetlinkPort.NFNLGRP_NFTABLES));
      keeper.watches.add(
          ChangeWatch.start(
              NetlinkPort.NETLINK_ROUTE,
              RuleChanges::concernsRouting,
              keeper::look,
              RTNLGRP_IPV4_ROUTE,
              RTNLGRP_IPV4_RULE,
              RTNLGRP_IPV6_ROUTE,
              RTNLGRP_IPV6_RULE));
    } catch (KernelException e) {
      keeper.close();
      throw e;
    }
    var _ =
        keeper.thread.scheduleWithFixedDelay(
            keeper::lookAtSysctls, AGAIN_MILLIS, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    return keeper;
  }

  /** How often something was put back. */
  public long repairs() {
    return repairs.get();
  }

  /** Looks soon whether everything is as it should be. From any thread. */
  public void look() {
    later(SETTLE_MILLIS);
  }

  /**
   * Ends, after a repair that is under way: nothing is put back after this. What is applied stays.
   */
  @Override
  public void close() {
    watches.forEach(ChangeWatch::close);
    thread.shutdown();
    try {
      if (!thread.awaitTermination(REPAIR_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("a repair of the rules goes on after {} s", REPAIR_SECONDS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void later(long millis) {
    if (pending.compareAndSet(false, true)) {
      try {
        var _ = thread.schedule(this::verify, millis, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException _) {
        // Closed meanwhile: nobody wants to know any more.
      }
    }
  }

  private void lookAtSysctls() {
    try {
      if (nat.sysctlsDiffer()) {
        look();
      }
    } catch (NatException e) {
      LOG.debug("sysctls could not be read", e);
    }
  }

  private void verify() {
    pending.set(false);
    try {
      List<String> differences = nat.verify();
      if (!differences.isEmpty()) {
        LOG.warn("rules were changed by somebody else, put back: {}", differences);
        nat.apply();
        repairs.incrementAndGet();
        repaired.accept(differences);
      }
    } catch (NatException e) {
      LOG.error("rules could not be put back, trying again: {}", e.getMessage());
      later(AGAIN_MILLIS);
    }
  }
}
