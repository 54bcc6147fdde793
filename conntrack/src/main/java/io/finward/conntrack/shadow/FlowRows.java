package io.finward.conntrack.shadow;

import io.finward.conntrack.message.Tuple;
import io.finward.conntrack.shadow.ShadowFlow.ClosedFirst;
import io.finward.conntrack.shadow.ShadowFlow.Leg;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Flows as rows of ints, in chunks, so that neither growing nor the garbage collector ever has to
 * touch a million objects. A row has three addresses (of original and reply tuple together at most
 * three differ), four ports, and what else a {@link ShadowFlow} says.
 */
final class FlowRows {
  // Columns of a row, in ints.
  private static final int SOURCE = 0;
  private static final int DESTINATION = 4;
  private static final int TRANSLATED = 8;
  private static final int ORIGINAL_PORTS = 12;
  private static final int REPLY_PORTS = 13;
  private static final int FLAGS = 14;
  private static final int SESSION = 15;
  private static final int CLOSED = 17;
  static final int EXPIRES = 18;
  static final int NEXT_BY_ORIGINAL = 19;
  static final int NEXT_BY_REPLY = 20;
  static final int NEXT_IN_SLOT = 21;
  static final int PREVIOUS_IN_SLOT = 22;

  /** Ints in a row. */
  static final int WIDTH = 23;

  private static final int CHUNK_BITS = 12;
  private static final int CHUNK_ROWS = 1 << CHUNK_BITS;
  private static final int CHUNK_MASK = CHUNK_ROWS - 1;

  /** In FLAGS: it is the upstream leg. */
  private static final int UPSTREAM = 1;

  /** In FLAGS: the translated address is the reply's source (DNAT), else its destination (SNAT). */
  private static final int DNAT = 1 << 4;

  private static final int V4_MAPPED = 0xffff;

  private final List<int[]> chunks = new ArrayList<>();
  private int used;
  private int free = -1;

  /** An unused row. */
  int allocate() {
    if (free >= 0) {
      int row = free;
      free = get(row, NEXT_BY_ORIGINAL);
      return row;
    }
    if (used == chunks.size() << CHUNK_BITS) {
      chunks.add(new int[CHUNK_ROWS * WIDTH]);
    }
    return used++;
  }

  void release(int row) {
    set(row, NEXT_BY_ORIGINAL, free);
    free = row;
  }

  int get(int row, int column) {
    return chunk(row)[offset(row) + column];
  }

  void set(int row, int column, int value) {
    chunk(row)[offset(row) + column] = value;
  }

  /** Bytes that the rows occupy. */
  long bytes() {
    return (long) chunks.size() * CHUNK_ROWS * WIDTH * Integer.BYTES;
  }

  void write(int row, ShadowFlow flow) {
    Tuple original = flow.original();
    Tuple reply = flow.reply();
    boolean dnat = original.source().equals(reply.destination());
    address(row, SOURCE, original.source());
    address(row, DESTINATION, original.destination());
    address(row, TRANSLATED, dnat ? reply.source() : reply.destination());
    set(row, ORIGINAL_PORTS, ports(original.sourcePort(), original.destinationPort()));
    set(row, REPLY_PORTS, ports(reply.sourcePort(), reply.destinationPort()));
    set(
        row,
        FLAGS,
        (flow.leg() == Leg.UPSTREAM ? UPSTREAM : 0)
            | closedBits(flow.closedFirst()) << 1
            | (dnat ? DNAT : 0)
            | flow.listener() << 16);
    set(row, SESSION, (int) (flow.session() >>> 32));
    set(row, SESSION + 1, (int) flow.session());
    set(row, CLOSED, flow.closedSeconds());
  }

  ShadowFlow read(int row) {
    int flags = get(row, FLAGS);
    boolean dnat = (flags & DNAT) != 0;
    InetAddress source = address(row, SOURCE);
    InetAddress destination = address(row, DESTINATION);
    InetAddress translated = address(row, TRANSLATED);
    int originalPorts = get(row, ORIGINAL_PORTS);
    int replyPorts = get(row, REPLY_PORTS);
    return new ShadowFlow(
        (flags & UPSTREAM) != 0 ? Leg.UPSTREAM : Leg.CLIENT,
        Tuple.tcp(source, originalPorts >>> 16, destination, originalPorts & 0xffff),
        Tuple.tcp(
            dnat ? translated : destination,
            replyPorts >>> 16,
            dnat ? source : translated,
            replyPorts & 0xffff),
        (long) get(row, SESSION) << 32 | Integer.toUnsignedLong(get(row, SESSION + 1)),
        flags >>> 16,
        closedFirst(flags >>> 1 & 3),
        get(row, CLOSED));
  }

  /** Whether the row's original tuple is the key. */
  boolean originalIs(int row, Key key) {
    return get(row, ORIGINAL_PORTS) == key.ports
        && same(row, SOURCE, key.source)
        && same(row, DESTINATION, key.destination);
  }

  /** Whether the row's reply tuple is the key. */
  boolean replyIs(int row, Key key) {
    boolean dnat = (get(row, FLAGS) & DNAT) != 0;
    return get(row, REPLY_PORTS) == key.ports
        && same(row, dnat ? TRANSLATED : DESTINATION, key.source)
        && same(row, dnat ? SOURCE : TRANSLATED, key.destination);
  }

  /** A tuple taken apart, to be compared and hashed. Reused: belongs to its table. */
  static final class Key {
    private final int[] source = new int[4];
    private final int[] destination = new int[4];
    private int ports;

    Key of(Tuple tuple) {
      split(tuple.source(), source);
      split(tuple.destination(), destination);
      ports = ports(tuple.sourcePort(), tuple.destinationPort());
      return this;
    }

    /** MurmurHash3 of 32 bits, seeded, or somebody who chooses ports could fill one chain. */
    int hash(int seed) {
      int hash = block(seed, ports);
      for (int i = 0; i < 4; i++) {
        hash = block(hash, source[i]);
        hash = block(hash, destination[i]);
      }
      hash = (hash ^ hash >>> 16) * 0x85ebca6b;
      hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
      return hash ^ hash >>> 16;
    }

    private static int block(int hash, int word) {
      int mixed = hash ^ Integer.rotateLeft(word * 0xcc9e2d51, 15) * 0x1b873593;
      return Integer.rotateLeft(mixed, 13) * 5 + 0xe6546b64;
    }
  }

  private void address(int row, int column, InetAddress address) {
    int[] chunk = chunk(row);
    int at = offset(row) + column;
    byte[] bytes = address.getAddress();
    if (bytes.length == 4) {
      chunk[at] = 0;
      chunk[at + 1] = 0;
      chunk[at + 2] = V4_MAPPED;
      chunk[at + 3] = word(bytes, 0);
    } else {
      for (int i = 0; i < 4; i++) {
        chunk[at + i] = word(bytes, 4 * i);
      }
    }
  }

  private InetAddress address(int row, int column) {
    int[] chunk = chunk(row);
    int at = offset(row) + column;
    boolean ipv4 = chunk[at] == 0 && chunk[at + 1] == 0 && chunk[at + 2] == V4_MAPPED;
    byte[] bytes = new byte[ipv4 ? 4 : 16];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (chunk[at + (ipv4 ? 3 : i >> 2)] >>> (24 - 8 * (i & 3)));
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }

  private boolean same(int row, int column, int[] words) {
    int[] chunk = chunk(row);
    int at = offset(row) + column;
    return chunk[at] == words[0]
        && chunk[at + 1] == words[1]
        && chunk[at + 2] == words[2]
        && chunk[at + 3] == words[3];
  }

  private static void split(InetAddress address, int[] words) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      words[0] = 0;
      words[1] = 0;
      words[2] = V4_MAPPED;
      words[3] = word(bytes, 0);
    } else {
      for (int i = 0; i < 4; i++) {
        words[i] = word(bytes, 4 * i);
      }
    }
  }

  private static int word(byte[] bytes, int at) {
    return bytes[at] << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  private static int closedBits(ClosedFirst closed) {
    return switch (closed) {
      case NONE -> 0;
      case CLIENT -> 1;
      case SERVER -> 2;
    };
  }

  private static ClosedFirst closedFirst(int bits) {
    return switch (bits) {
      case 1 -> ClosedFirst.CLIENT;
      case 2 -> ClosedFirst.SERVER;
      default -> ClosedFirst.NONE;
    };
  }

  private static int ports(int source, int destination) {
    return source << 16 | destination;
  }

  private int[] chunk(int row) {
    return chunks.get(row >>> CHUNK_BITS);
  }

  private static int offset(int row) {
    return (row & CHUNK_MASK) * WIDTH;
  }
}
