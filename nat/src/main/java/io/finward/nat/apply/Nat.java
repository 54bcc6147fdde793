package io.finward.nat.apply;

import io.finward.linux.libc.KernelException;
import io.finward.nat.codec.ForeignDrop;
import io.finward.nat.codec.ForeignState;
import io.finward.nat.codec.NftTable;
import io.finward.nat.codec.RoutingPlan;
import io.finward.nat.codec.RulesText;
import io.finward.nat.codec.TrackingChange;
import io.finward.nat.codec.UntrackedKey;
import io.finward.nat.rule.InterceptingListener;
import io.finward.nat.rule.InterceptionMode;
import io.finward.nat.rule.NatSettings;
import io.finward.nat.rule.Tracking;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rules of one configuration in the network namespace of the calling thread. Every action may
 * be repeated; none is for an event loop, for they wait for processes.
 */
public final class Nat {
  private static final Duration COUNTERS_AGE = Duration.ofSeconds(1);

  private NatSettings settings;
  private String text;
  private final RoutingPlan routing;
  private final AppliedState state;
  private final Sysctls sysctls;
  private @Nullable WallCounters counters;
  private long countersRead;

  /** How the table is read and made; by a process of its own once a daemon lives on it. */
  private Nft nft = Nft.AT_START;

  /** Writes down how the kernel lists what was applied. */
  private @Nullable Background<Boolean> remembering;

  /** Owns the table while a daemon keeps it. */
  private @Nullable TableSocket owner;

  /**
   * @param settings what is to be in force
   * @param stateDirectory where a file is kept that verify and remove need, as in {@code
   *     /run/finward}
   */
  public Nat(NatSettings settings, Path stateDirectory) {
    this.settings = settings;
    this.text = NftTable.text(settings);
    this.routing = RoutingPlan.of(settings);
    this.state = new AppliedState(stateDirectory);
    this.sysctls = new Sysctls(state);
  }

  /** What apply brings about: nft text, with routing and sysctls in its comments. */
  public synchronized String print() {
    return settings.switches().any() ? RulesText.of(settings) : "# rules: none are wanted\n";
  }

  /** Begins to ask what the kernel has of ours, for {@link #apply(RulesFound)}. */
  public Background<RulesFound> look() {
    return Background.begin("rules-look", () -> RulesFound.ask(Nft.AT_START));
  }

  /**
   * Brings the kernel to what {@link #print} says. What is already so is left alone; a table that
   * differs is replaced in one transaction. The wall in routing comes first, the rules then.
   */
  public synchronized void apply() throws NatException {
    apply(RulesFound.ask(nft));
    settle();
  }

  /**
   * Does what {@link #apply()} does, but for what {@link #settle} waits for.
   *
   * @param found what the kernel has, asked for a moment ago
   */
  public synchronized void apply(RulesFound found) throws NatException {
    if (!settings.switches().any()) {
      remove();
      return;
    }
    Tool.require("nft", "ip"); // for what is later: repairs, counters, the way back
    boolean differs = !tableDifferences(found).isEmpty();
    if (differs && owner == null) {
      OwnTable.requireChangeable();
    }
    sysctls.apply();
    PolicyRouting.apply(routing, found.routing());
    if (differs) {
      replaceTable(found.table());
      Nft with = nft;
      String applied = text;
      remembering = Background.begin("rules-remember", () -> remember(with, applied));
    }
  }

  /** Waits until {@link #verify} knows how the kernel lists what was applied. */
  public synchronized void settle() throws NatException {
    Background<Boolean> task = remembering;
    if (task != null) {
      remembering = null;
      var _ = task.await();
    }
  }

  /**
   * Replaces the rules by those that give more connections conntrack entries. New connections have
   * them at once, before nft has made the rest.
   *
   * @throws NatException when that was refused; {@link #verify} finds the difference then
   */
  public synchronized void track(Tracking tracking) throws NatException {
    settings = settings.with(tracking);
    text = NftTable.text(settings);
    TableSocket holder = owner;
    if (holder != null && !tracking.partial()) {
      try {
        holder.transact("track all", TrackingChange.trackAll());
      } catch (KernelException _) {
        // A moment later, then.
      }
    }
    apply();
  }

  /** Whether what {@link #print} says is what was applied last, whatever the kernel has now. */
  public synchronized boolean appliedLast() throws NatException {
    return state.listingOf(text).isPresent();
  }

  private boolean remember(Nft with, String applied) throws NatException {
    TableListing listing =
        OwnTable.list(with)
            .orElseThrow(() ->
                new NatException(
                    NatException.Reason.REFUSED, "the table was removed while it was made"));
    state.applied(applied, listing.fixed());
    return true;
  }

  private void replaceTable(Optional<TableListing> found) throws NatException {
    TableSocket holder = owner;
    if (holder == null) {
      OwnTable.replace(nft, text, found);
      return;
    }
    try {
      holder.release(() -> OwnTable.replace(nft, text, found));
    } catch (KernelException e) {
      throw new NatException(NatException.Reason.REFUSED, "own table: " + e.getMessage(), e);
    }
  }

  /** What differs between the kernel and {@link #print}, in plain words; empty when nothing. */
  public synchronized List<String> verify() throws NatException {
    List<String> differences = new ArrayList<>();
    if (settings.switches().any()) {
      settle();
      RulesFound found = RulesFound.ask(nft);
      differences.addAll(tableDifferences(found));
      differences.addAll(PolicyRouting.differences(routing, found.routing()));
      differences.addAll(sysctls.differences());
    }
    return differences;
  }

  /** Takes away everything apply brought, and puts the sysctls back. */
  public synchronized void remove() throws NatException {
    settle();
    OwnTable.delete(nft);
    PolicyRouting.remove();
    sysctls.putBack();
    state.forget();
  }

  /** What is the administrator's to set and looks wrong for a gateway. */
  public List<String> remarks() throws NatException {
    return Sysctls.remarks();
  }

  /**
   * Whether this system can do what is wanted: tools, capability, kernel features.
   *
   * @throws NatException that names what is missing
   */
  public synchronized void check() throws NatException {
    KernelFeatures.probe().require(settings);
    Tool.run("", List.of("ip", "rule", "show"));
  }

  /** Rules of others that would take late packets away before ours see them. */
  public synchronized List<ForeignDrop> foreignDrops() throws NatException {
    Set<InterceptionMode> modes = EnumSet.noneOf(InterceptionMode.class);
    for (InterceptingListener listener : settings.listeners()) {
      modes.add(listener.mode());
      if (listener.diverts()) {
        modes.add(InterceptionMode.TPROXY);
      }
    }
    return ForeignListing.drops().stream().filter(drop -> drop.swallows(modes)).toList();
  }

  /** Rules of others that untracked connections would meet; none where all are tracked. */
  public synchronized List<ForeignState> foreignStates() throws NatException {
    Tracking tracking = settings.switches().tracking();
    List<UntrackedKey> keys = new ArrayList<>();
    if (!tracking.upstream()) {
      keys.add(UntrackedKey.UPSTREAM);
    }
    if (!tracking.transparent()) {
      keys.add(UntrackedKey.TPROXY);
    }
    return ForeignListing.askingForState(keys);
  }

  /** What the rules have counted, not older than a second. Waits for a process. */
  public synchronized WallCounters counters() throws NatException {
    long now = System.nanoTime();
    WallCounters last = counters;
    if (last == null || now - countersRead > COUNTERS_AGE.toNanos()) {
      last = WallCounters.read();
      counters = last;
      countersRead = now;
    }
    return last;
  }

  /**
   * Starts telling the wall that the daemon lives; nothing to do when the wall is not wanted.
   *
   * @param missing called on the heartbeat's thread when the table has gone
   */
  public synchronized Optional<Heartbeat> startHeartbeat(Runnable missing) throws KernelException {
    return settings.switches().wall()
        ? Optional.of(Heartbeat.start(owner == null ? TableSocket.open() : owner, missing))
        : Optional.empty();
  }

  /**
   * Takes the table for this process alone, after {@link #apply}: nobody else can flush or change
   * it, where the kernel can do that. It stays, without an owner, when the process ends.
   *
   * @return whether it is ours alone
   * @throws KernelException when the kernel refuses the socket
   */
  public synchronized boolean own() throws KernelException {
    TableSocket taken = TableSocket.owner();
    owner = taken;
    nft = Nft.PROGRAM;
    return taken.owns();
  }

  /** Gives the table up, which stays. */
  public synchronized void disown() {
    if (owner != null) {
      owner.close();
      owner = null;
    }
  }

  /**
   * Starts putting back what others change.
   *
   * @param repaired gets what was different, in plain words
   */
  public RuleKeeper startKeeper(Consumer<List<String>> repaired) throws KernelException {
    return RuleKeeper.start(this, repaired);
  }

  synchronized boolean sysctlsDiffer() throws NatException {
    return settings.switches().any() && !sysctls.differences().isEmpty();
  }

  private List<String> tableDifferences(RulesFound found) throws NatException {
    Optional<TableListing> present = found.table();
    if (present.isEmpty()) {
      return List.of("nft table inet finward is missing");
    }
    Optional<String> applied = state.listingOf(text);
    if (applied.isEmpty()) {
      return List.of("nft table inet finward was made from another configuration");
    }
    return ListingDifference.between(applied.get(), present.get().fixed());
  }
}
