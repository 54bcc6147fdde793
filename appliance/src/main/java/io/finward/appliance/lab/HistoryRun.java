package io.finward.appliance.lab;

import io.finward.conntrack.message.ConntrackEntry;
import io.finward.conntrack.message.Status;
import io.finward.conntrack.message.TcpState;
import io.finward.conntrack.message.Tuple;
import io.finward.proxy.session.Side;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One history, carried out with both ends' sockets in hand. Fails when an end sees anything but
 * what TCP would have shown it with every entry in its place, or when an entry that was made again
 * is not the one that vanished.
 */
final class HistoryRun implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** What nobody can tell from the tuples: which NAT, and that both directions were seen. */
  private static final int STATUS =
      Status.SEEN_REPLY | Status.ASSURED | Status.CONFIRMED | Status.SRC_NAT | Status.DST_NAT;

  private final History history;
  private final KernelEntries entries;
  private final Map<Side, End> ends = new EnumMap<>(Side.class);
  private final Map<Side, Tuple> legs = new EnumMap<>(Side.class);
  private int forgotten;
  private int compared;

  HistoryRun(History history, KernelEntries entries, LabSocket client, LabSocket server) {
    this.history = history;
    this.entries = entries;
    ends.put(Side.CLIENT, new End(client, new Random(history.seed())));
    ends.put(Side.SERVER, new End(server, new Random(~history.seed())));
    legs.put(Side.CLIENT, Tuple.tcp(client.local(), client.remote()));
    legs.put(Side.SERVER, Tuple.tcp(server.remote(), server.local()));
  }

  /** How many entries vanished. */
  int forgotten() {
    return forgotten;
  }

  /** How many of them were compared with those made again: translated ones only. */
  int compared() {
    return compared;
  }

  void run() throws IOException {
    for (History.Step step : history.steps()) {
      switch (step) {
        case History.Send(Side from, int bytes) -> end(from).send(bytes);
        case History.End(Side from) -> end(from).finish();
        case History.Settle _ -> settle();
        case History.Forget(Side leg, boolean watched) -> forget(legs.get(leg), watched);
        case History.Reset(Side from) -> reset(from);
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (End end : ends.values()) {
      end.close();
    }
  }

  private End end(Side side) {
    End end = ends.get(side);
    if (end == null) {
      throw new IllegalStateException("no " + side);
    }
    return end;
  }

  private void settle() throws IOException {
    for (Side side : Side.values()) {
      end(side).receiveAllFrom(end(side.other()));
    }
  }

  private void forget(@Nullable Tuple leg, boolean watched) throws IOException {
    if (leg == null) {
      throw new IllegalStateException("a leg without a tuple");
    }
    ConntrackEntry before = entries.of(leg);
    if (before == null || state(before).equals("over")) {
      return;
    }
    forgotten++;
    entries.forget(leg);
    // An untranslated entry is begun by the kernel itself, with the next packet (tcp_loose).
    if (watched && before.destinationNat()) {
      Waiting.require(LIMIT, "the entry of " + leg + " again", () -> entries.of(leg) != null);
      ConntrackEntry again = entries.of(leg);
      if (again == null || !describe(again).equals(describe(before))) {
        throw new IOException(
            "made again: %s (expected: %s)"
                .formatted(again == null ? "nothing" : describe(again), describe(before)));
      }
      compared++;
    }
  }

  private static String describe(ConntrackEntry entry) {
    Status status = entry.status();
    return "%s, replies %s, status 0x%x, %s"
        .formatted(
            entry.original(),
            entry.reply(),
            status == null ? 0 : status.bits() & STATUS,
            state(entry));
  }

  /**
   * Open, half-closed or over: the kernel's states of a half-closed flow follow its last packet.
   */
  private static String state(ConntrackEntry entry) {
    TcpState state = entry.state();
    if (state == null) {
      return "unknown";
    }
    return switch (state) {
      case ESTABLISHED -> "open";
      // The tracker takes a FIN that is sent once more, its ACK having met the wall, for the other
      // end's: LAST_ACK, and with the ACK TIME_WAIT (tcp_conntracks[] of nf_conntrack_proto_tcp.c).
      case FIN_WAIT, CLOSE_WAIT, LAST_ACK, TIME_WAIT -> "half-closed";
      case CLOSE -> "over";
      default -> state.toString();
    };
  }

  private void reset(Side from) throws IOException {
    End resetting = end(from);
    End other = end(from.other());
    boolean ended = resetting.finished;
    resetting.socket.reset();
    if (ended) {
      // It has read the end already; only a write can tell it now.
      Waiting.require(LIMIT, from.other() + " sees the RST at a write", other::cannotSend);
    } else {
      other.requireReset();
    }
  }

  /** One end's socket, what it has sent and what of that has not been received. */
  private static final class End implements AutoCloseable {
    private final LabSocket socket;
    private final Random random;
    private final Queue<byte[]> underWay = new ArrayDeque<>();
    private final ExecutorService mouth =
        Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    private CompletableFuture<?> said = CompletableFuture.completedFuture(null);
    private boolean finished;
    private boolean finishReceived;

    End(LabSocket socket, Random random) {
      this.socket = socket;
      this.random = random;
    }

    void send(int length) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      underWay.add(bytes);
      say(() -> socket.send(bytes));
    }

    void finish() {
      finished = true;
      say(socket::endOutput);
    }

    private void say(Saying saying) {
      CompletableFuture<?> done = new CompletableFuture<>();
      said = said.thenCombine(done, (_, _) -> true);
      mouth.execute(() -> {
        try {
          saying.run();
          done.complete(null);
        } catch (IOException e) {
          done.completeExceptionally(e);
        }
      });
    }

    void receiveAllFrom(End other) throws IOException {
      byte[] expected = other.underWay.poll();
      while (expected != null) {
        if (!Arrays.equals(socket.receive(expected.length), expected)) {
          throw new IOException("other bytes than were sent");
        }
        expected = other.underWay.poll();
      }
      if (other.finished && !other.finishReceived) {
        other.finishReceived = true;
        int left = socket.receiveToEnd().length;
        if (left > 0) {
          throw new IOException("%d bytes (expected: the end)".formatted(left));
        }
      }
      other.requireSaid();
    }

    private void requireSaid() throws IOException {
      try {
        said.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      } catch (ExecutionException | TimeoutException | InterruptedException e) {
        throw new IOException("could not send", e);
      }
    }

    void requireReset() throws IOException {
      socket.readTimeout(LIMIT);
      try {
        int length = socket.receiveToEnd().length;
        throw new IOException("an end after %d bytes (expected: a RST)".formatted(length));
      } catch (SocketException _) {
        // As it should be: Connection reset.
      }
    }

    boolean cannotSend() {
      try {
        socket.send(new byte[1]);
        return false;
      } catch (IOException _) {
        return true;
      }
    }

    @Override
    public void close() throws IOException {
      mouth.shutdown();
      socket.close();
    }
  }

  /** Something an end does in its turn. */
  private interface Saying {
    void run() throws IOException;
  }
}
