package io.finward.conntrack.shadow;

import io.finward.conntrack.message.Tuple;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** The flows of one event loop. Not thread-safe: that loop's alone. */
public final class ShadowShard {
  /** Rows taken from the wheel in one turn of the loop. */
  private static final int BUDGET = 20_000;

  private final EventExecutor loop;
  private final ShadowTimes times;
  private final ShardListener listener;
  private final IntSupplier clock;
  private final FlowTable table;
  private final EndedFlows ended;
  private Runnable takeIn = () -> {};
  private int live;
  private int parked;

  /**
   * @param loop the owner
   * @param times how long to remember
   * @param endedBytes memory for flows that have ended; of what does not fit the oldest is
   *     forgotten
   * @param seed of the hash; secret
   * @param clock seconds, monotonic, from 1
   * @param listener told of leases
   */
  public ShadowShard(
      EventExecutor loop,
      ShadowTimes times,
      long endedBytes,
      long seed,
      IntSupplier clock,
      ShardListener listener) {
    this.loop = loop;
    this.times = times;
    this.clock = clock;
    this.listener = listener;
    this.table = new FlowTable(seed, clock.getAsInt());
    this.ended = new EndedFlows(seed, (int) times.ended().toSeconds(), endedBytes);
  }

  /**
   * Flows that are too young to be in the table: most end before anybody asks for one.
   *
   * @param takeIn has them taken in, the oldest first; called on the loop every second and before
   *     anybody is answered
   */
  public void youngFlows(Runnable takeIn) {
    this.takeIn = takeIn;
  }

  /** Now, in seconds of the shard's clock. */
  public int seconds() {
    return clock.getAsInt();
  }

  /**
   * Takes a live flow in. Whatever held one of its tuples before is over: a tuple has one owner.
   */
  public Flow open(FlowRecord flow) {
    return new Flow(this, admit(flow));
  }

  /**
   * A live flow that is too young for the table: nobody finds it before {@link Flow#takeIn}.
   *
   * @param session whose it is
   * @param leg which of its legs
   * @param listener the number of its listener
   */
  public Flow begin(long session, Leg leg, int listener, Tuple original, Tuple reply) {
    return new Flow(this, session, leg, listener, original, reply);
  }

  /** Takes a flow in that has no socket here: parked, or ended and still to be remembered. */
  public void remember(FlowRecord flow) {
    assert loop.inEventLoop();
    if (flow.phase() == Phase.LIVE) {
      throw new IllegalArgumentException("live flow " + flow + " (expected: a session opens it)");
    }
    if (flow.phase() == Phase.PARKED) {
      displace(flow.original());
      displace(flow.reply());
      table.schedule(insert(flow), after(times.park()));
    } else {
      // A parked one of the same tuple gives way when somebody asks.
      ended.add(flow, clock.getAsInt());
    }
  }

  /** The flow of a packet in either direction; null when none is known. */
  public @Nullable FlowRecord find(Tuple packet) {
    int row = row(packet);
    return row != 0 ? table.read(row) : ended.find(packet, clock.getAsInt());
  }

  /** The flow of a packet, but for young ones that are not in the table, and for ended ones. */
  public @Nullable FlowRecord findSettled(Tuple packet) {
    assert loop.inEventLoop();
    int row = table.find(packet);
    return row == 0 ? null : table.read(row);
  }

  /** Notes that the entry lasts by our CTA_TIMEOUT: it was made again, and has no policy. */
  public void markLeased(Tuple original) {
    int row = row(original);
    if (row != 0) {
      table.leased(row);
    } else {
      ended.leased(original, clock.getAsInt());
    }
  }

  /**
   * Corrects the tuples of a flow: the kernel's NAT became known later.
   *
   * @param packet one of the tuples by which it is known
   * @return whether it was a live flow's. One that has ended may be an older one of the same tuple
   */
  public boolean correct(Tuple packet, Tuple original, Tuple reply) {
    int row = row(packet);
    if (row != 0) {
      FlowRecord known = table.read(row);
      table.update(row, known.translated(original, reply));
      return known.phase() == Phase.LIVE;
    }
    FlowRecord gone = ended.find(packet, clock.getAsInt());
    if (gone != null) {
      ended.add(gone.translated(original, reply), clock.getAsInt());
    }
    return false;
  }

  /** Does what is due. Called every second; false when more is due than fits into one turn. */
  public boolean tick() {
    assert loop.inEventLoop();
    takeIn.run();
    ended.expire(clock.getAsInt());
    return table.advance(clock.getAsInt(), BUDGET, this::due);
  }

  /** Calls for each flow, or for those of one phase. */
  public void forEach(@Nullable Phase only, Consumer<FlowRecord> each) {
    assert loop.inEventLoop();
    takeIn.run();
    if (only != Phase.ENDED) {
      table.forEach(only, each);
    }
    if (only == null || only == Phase.ENDED) {
      ended.forEach(each);
    }
  }

  /** What it holds. */
  public ShardStats stats() {
    assert loop.inEventLoop();
    takeIn.run();
    return new ShardStats(live, parked, ended.size(), table.bytes() + ended.bytes());
  }

  /** Takes a live flow in; returns its row. */
  int admit(FlowRecord flow) {
    assert loop.inEventLoop();
    displace(flow.original());
    displace(flow.reply());
    int row = insert(flow);
    if (flow.halfClosed()) {
      scheduleLease(row);
    }
    return row;
  }

  FlowRecord read(int row) {
    return table.read(row);
  }

  int generation(int row) {
    return table.generation(row);
  }

  void closed(int row, End end) {
    assert loop.inEventLoop();
    if (table.closed(row, end, clock.getAsInt())) {
      scheduleLease(row);
    } else {
      table.cancel(row);
    }
  }

  void park(int row) {
    assert loop.inEventLoop();
    count(table.phase(row), -1);
    count(Phase.PARKED, 1);
    table.phase(row, Phase.PARKED);
    table.schedule(row, after(times.park()));
  }

  void end(int row) {
    ended.add(table.read(row), clock.getAsInt());
    forget(row);
  }

  void forget(int row) {
    assert loop.inEventLoop();
    count(table.phase(row), -1);
    table.remove(row);
  }

  private void due(int row) {
    FlowRecord flow = table.read(row);
    if (flow.phase() == Phase.LIVE) {
      listener.onLeaseDue(flow);
      table.schedule(row, after(times.lease()));
    } else {
      forget(row);
    }
  }

  /**
   * Not at once: nearly every connection is half-closed for a moment, and a lease costs the other
   * loop two messages to the kernel.
   */
  private void scheduleLease(int row) {
    table.schedule(row, clock.getAsInt() + 1);
  }

  private int row(Tuple tuple) {
    assert loop.inEventLoop();
    takeIn.run();
    int row = table.find(tuple);
    return row == 0 || table.phase(row) == Phase.LIVE || !outlived(row, tuple) ? row : 0;
  }

  /**
   * Whether a parked flow's tuple was another session's after it. Not looked for when that one
   * ends: nearly every session ends, and among a million parked flows it takes a microsecond.
   */
  private boolean outlived(int row, Tuple tuple) {
    FlowRecord newer = ended.find(tuple, clock.getAsInt());
    boolean outlived = newer != null && newer.session() > table.read(row).session();
    if (outlived) {
      forget(row);
    }
    return outlived;
  }

  private int insert(FlowRecord flow) {
    count(flow.phase(), 1);
    return table.insert(flow);
  }

  private void displace(Tuple tuple) {
    int row = table.find(tuple);
    if (row != 0) {
      forget(row);
    }
  }

  private int after(Duration duration) {
    return (int) Math.min(Integer.MAX_VALUE, clock.getAsInt() + duration.toSeconds());
  }

  private void count(Phase phase, int change) {
    if (phase == Phase.LIVE) {
      live += change;
    } else {
      parked += change;
    }
  }
}
