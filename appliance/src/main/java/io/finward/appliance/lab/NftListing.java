package io.finward.appliance.lab;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code nft list} prints. */
final class NftListing {
  private static final Pattern PACKETS = Pattern.compile("\\bpackets (\\d+) bytes \\d+");
  private static final Pattern ELEMENTS = Pattern.compile("elements = \\{([^}]*)}");
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private NftListing() {}

  /** The packets of the only counter in the listing. */
  static long packets(String listing) {
    Matcher counter = PACKETS.matcher(listing);
    if (!counter.find()) {
      throw new IllegalArgumentException(
          "no counter in \"%s\" (expected: packets N bytes N)".formatted(listing.strip()));
    }
    return Long.parseLong(counter.group(1));
  }

  /** The elements of the only set in the listing, a set of ports. */
  static Set<Integer> ports(String listing) {
    var ports = new TreeSet<Integer>();
    Matcher elements = ELEMENTS.matcher(listing);
    if (elements.find()) {
      Matcher number = NUMBER.matcher(elements.group(1));
      while (number.find()) {
        ports.add(Integer.valueOf(number.group()));
      }
    }
    return ports;
  }
}
