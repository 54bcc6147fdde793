package io.finward.proxy.access;

import java.io.ByteArrayOutputStream;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Host names and domains by the million: their text in one array, found by a hash table of offsets.
 * A lookup reads the name once from its end and looks into the table once for each label.
 * Immutable, thread-safe.
 *
 * <p>An entry is a name ({@code www.example.org}), a domain with everything below it ({@code
 * .example.org}), or everything below it without itself ({@code *.example.org}).
 */
public final class NameSet {
  private static final int EXACT = 1;
  private static final int DOMAIN = 2;
  private static final int BELOW = 4;

  private static final int LONGEST = 253;
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,62})(\\.[a-z0-9_][a-z0-9_-]{0,62})*");

  /** Entries one after the other: kinds, length, the characters. */
  private final byte[] text;

  /** Open addressing by linear probing: an entry's offset + 1, or 0 for a free slot. */
  private final int[] slots;

  private final int size;

  private NameSet(byte[] text, int[] slots, int size) {
    this.text = text;
    this.slots = slots;
    this.size = size;
  }

  /**
   * The set of some entries, for lists that are written into the configuration.
   *
   * @throws IllegalArgumentException when one is not an entry
   */
  public static NameSet of(Collection<String> entries) {
    Builder builder = new Builder();
    for (String entry : entries) {
      if (!builder.add(entry)) {
        throw new IllegalArgumentException("name \"%s\" (expected: a host name)".formatted(entry));
      }
    }
    return builder.build();
  }

  /** How many different names and domains. */
  public int size() {
    return size;
  }

  /** What it occupies, in bytes, but for a few objects' heads. */
  public long bytes() {
    return text.length + 4L * slots.length;
  }

  /**
   * Whether it has a name, or a domain that the name is in.
   *
   * @param name lower case, without a final dot
   */
  public boolean contains(String name) {
    if (size == 0) {
      return false;
    }
    long hash = 0;
    int length = name.length();
    for (int i = length - 1; i >= 0; i--) {
      char c = name.charAt(i);
      if (c == '.' && (kinds(hash, name, i + 1) & (DOMAIN | BELOW)) != 0) {
        return true;
      }
      hash = next(hash, c);
    }
    return (kinds(hash, name, 0) & (EXACT | DOMAIN)) != 0;
  }

  /** The kinds of the entry for the end of a name, 0 without one. */
  private int kinds(long hash, String name, int from) {
    int mask = slots.length - 1;
    for (int slot = slot(hash, mask); slots[slot] != 0; slot = (slot + 1) & mask) {
      int at = slots[slot] - 1;
      if (isEntry(at, name, from)) {
        return text[at];
      }
    }
    return 0;
  }

  private boolean isEntry(int at, String name, int from) {
    int length = text[at + 1] & 0xff;
    if (length != name.length() - from) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text[at + 2 + i] != name.charAt(from + i)) {
        return false;
      }
    }
    return true;
  }

  private static long next(long hash, int c) {
    return (hash + c + 1) * 0x9e37_79b9_7f4a_7c15L;
  }

  private static int slot(long hash, int mask) {
    return (int) ((hash ^ (hash >>> 29)) >>> 17) & mask;
  }

  /** Collects entries. Not thread-safe; to be used once. */
  static final class Builder {
    private final ByteArrayOutputStream text = new ByteArrayOutputStream(1 << 12);
    private int entries;

    /** Adds an entry; returns false when it is none. */
    boolean add(String entry) {
      String name = entry.toLowerCase(Locale.ROOT);
      int kind = EXACT;
      if (name.startsWith("*.")) {
        kind = BELOW;
        name = name.substring(2);
      } else if (name.startsWith(".")) {
        kind = DOMAIN;
        name = name.substring(1);
      }
      if (name.endsWith(".")) {
        name = name.substring(0, name.length() - 1);
      }
      name = ascii(name);
      if (name.length() > LONGEST || !NAME.matcher(name).matches()) {
        return false;
      }
      text.write(kind);
      text.write(name.length());
      text.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
      entries++;
      return true;
    }

    /** International names as DNS has them; anything else as it is. */
    private static String ascii(String name) {
      if (name.chars().allMatch(c -> c < 128)) {
        return name;
      }
      try {
        return IDN.toASCII(name).toLowerCase(Locale.ROOT);
      } catch (IllegalArgumentException _) {
        return name;
      }
    }

    /** The set; entries for the same text become one. */
    NameSet build() {
      byte[] all = text.toByteArray();
      int size = 0;
      int end = 0;
      // Between 1.5 and 3 slots an entry.
      int[] slots = new int[Math.max(2, Integer.highestOneBit(Math.max(1, entries * 3 - 1)))];
      int mask = slots.length - 1;
      for (int at = 0; at < all.length; ) {
        int length = 2 + (all[at + 1] & 0xff);
        int slot = slot(hash(all, at), mask);
        while (slots[slot] != 0 && !same(all, slots[slot] - 1, at)) {
          slot = (slot + 1) & mask;
        }
        if (slots[slot] == 0) {
          System.arraycopy(all, at, all, end, length);
          slots[slot] = end + 1;
          end += length;
          size++;
        } else {
          all[slots[slot] - 1] |= all[at];
        }
        at += length;
      }
      return new NameSet(end == all.length ? all : Arrays.copyOf(all, end), slots, size);
    }

    private static long hash(byte[] all, int at) {
      long hash = 0;
      for (int i = at + 1 + (all[at + 1] & 0xff); i > at + 1; i--) {
        hash = next(hash, all[i]);
      }
      return hash;
    }

    private static boolean same(byte[] all, int one, int other) {
      int length = all[one + 1];
      return length == all[other + 1]
          && Arrays.equals(
              all, one + 2, one + 2 + (length & 0xff), all, other + 2, other + 2 + (length & 0xff));
    }
  }
}
