package io.finward.appliance.explain;

import io.finward.linux.socket.AddressWords;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionView;
import io.finward.proxy.session.Side;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A story in words of 64 bits: fourteen, and one for each event. */
final class PackedStory {
  private static final int ID = 0;
  private static final int ENDED_NANOS = 1;
  private static final int ACCEPTED_NANOS = 2;
  private static final int ACCEPTED_MILLIS = 3;
  private static final int FROM_CLIENT = 4;
  private static final int FROM_SERVER = 5;

  /** Of the client, the destination and the upstream socket, and the listener's number. */
  private static final int PORTS = 6;

  /** How many events, whether there was an upstream socket, and the client's IPv6 scope. */
  private static final int SIZES = 7;

  private static final int CLIENT = 8;
  private static final int DESTINATION = 10;
  private static final int UPSTREAM = 12;
  private static final int EVENTS = 14;

  private static final int HAS_UPSTREAM = 0x100;
  private static final int SIZE_MASK = 0xff;

  /** The longest. */
  static final int MOST_WORDS = EVENTS + PackedEvents.MOST + 1;

  private PackedStory() {}

  /**
   * Writes what is known of a session that has ended.
   *
   * @param nanos {@link System#nanoTime} of the end
   * @param listener the number of its listener, up to 65535
   * @return where it stops
   */
  static int write(Timeline ended, long nanos, int listener, long[] words, int at) {
    SessionView session = ended.session();
    InetSocketAddress client = session.client();
    InetSocketAddress destination = session.originalDestination();
    InetSocketAddress upstream = session.upstreamLocal();
    int events = ended.writeEvents(words, at + EVENTS);
    words[at + ID] = session.id();
    words[at + ENDED_NANOS] = nanos;
    words[at + ACCEPTED_NANOS] = session.acceptedNanos();
    words[at + ACCEPTED_MILLIS] = session.acceptedMillis();
    words[at + FROM_CLIENT] = session.bytesFrom(Side.CLIENT);
    words[at + FROM_SERVER] = session.bytesFrom(Side.SERVER);
    words[at + PORTS] =
        (long) client.getPort() << 48
            | (long) destination.getPort() << 32
            | (upstream == null ? 0L : (long) upstream.getPort() << 16)
            | listener;
    words[at + SIZES] = (long) scope(client) << 32 | (upstream == null ? 0 : HAS_UPSTREAM) | events;
    address(client, words, at + CLIENT);
    address(destination, words, at + DESTINATION);
    if (upstream != null) {
      address(upstream, words, at + UPSTREAM);
    }
    return at + EVENTS + events;
  }

  static int words(long[] words, int at) {
    return EVENTS + (int) (words[at + SIZES] & SIZE_MASK);
  }

  static long id(long[] words, int at) {
    return words[at + ID];
  }

  static long endedNanos(long[] words, int at) {
    return words[at + ENDED_NANOS];
  }

  /** Microseconds from the session's accept. */
  static long micros(long[] words, int at, long nanos) {
    return Math.max(0, (nanos - words[at + ACCEPTED_NANOS]) / 1000);
  }

  static boolean isClient(long[] words, int at, InetSocketAddress client) {
    return port(words, at, 48) == client.getPort()
        && words[at + CLIENT] == high(client)
        && words[at + CLIENT + 1] == low(client);
  }

  /** The number of its listener. */
  static int listener(long[] words, int at) {
    return port(words, at, 0);
  }

  /**
   * Reads a story.
   *
   * @param listener the name of its listener
   * @param heard what the client said first
   * @param entries what happened to its conntrack entries
   */
  static Story read(
      long[] words,
      int at,
      long now,
      String listener,
      @Nullable Told heard,
      @Nullable EntryMoments entries) {
    long sizes = words[at + SIZES];
    List<Told> events = PackedEvents.read(words, at + EVENTS, (int) (sizes & SIZE_MASK));
    return new Story(
        words[at + ID],
        new InetSocketAddress(
            address(words, at + CLIENT, (int) (sizes >>> 32)), port(words, at, 48)),
        new InetSocketAddress(address(words, at + DESTINATION, 0), port(words, at, 32)),
        listener,
        words[at + ACCEPTED_MILLIS],
        (sizes & HAS_UPSTREAM) == 0
            ? null
            : new InetSocketAddress(address(words, at + UPSTREAM, 0), port(words, at, 16)),
        words[at + FROM_CLIENT],
        words[at + FROM_SERVER],
        reason(events),
        micros(words, at, now),
        Timeline.ordered(events, heard, entries));
  }

  private static @Nullable EndReason reason(List<Told> events) {
    return events.getLast().moment() instanceof Moment.Seen(SessionEvent.Ended(EndReason why))
        ? why
        : null;
  }

  private static int port(long[] words, int at, int shift) {
    return (int) (words[at + PORTS] >>> shift) & 0xffff;
  }

  private static int scope(InetSocketAddress of) {
    return of.getAddress() instanceof Inet6Address six ? six.getScopeId() : 0;
  }

  private static void address(InetSocketAddress of, long[] words, int at) {
    words[at] = high(of);
    words[at + 1] = low(of);
  }

  private static long high(InetSocketAddress of) {
    return AddressWords.high(of.getAddress());
  }

  private static long low(InetSocketAddress of) {
    return AddressWords.low(of.getAddress());
  }

  private static InetAddress address(long[] words, int at, int scope) {
    if (scope == 0) {
      return AddressWords.address(words[at], words[at + 1]);
    }
    try {
      return Inet6Address.getByAddress(null, AddressWords.bytes(words[at], words[at + 1]), scope);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 bytes are an address", e);
    }
  }
}
