package io.finward.nat.apply;

import io.finward.nat.codec.Names;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Packets counted by the rules.
 *
 * @param drops by hook or clause of the wall: {@code prerouting}, {@code output} and so on
 * @param leaksToServer untranslated packets that left towards a server
 * @param leaksToClient untranslated packets that left towards a client
 */
public record WallCounters(Map<String, Long> drops, long leaksToServer, long leaksToClient) {
  private static final Pattern COUNTER =
      Pattern.compile("counter (\\w+) \\{\\s+packets (\\d+) bytes \\d+");

  /** Before anything was counted, or without a table. */
  static final WallCounters NONE = new WallCounters(Map.of(), 0, 0);

  public WallCounters {
    drops = Map.copyOf(drops);
  }

  /** All leaks; anything but 0 is an alarm. */
  public long leaks() {
    return leaksToServer + leaksToClient;
  }

  /** Asks the kernel; {@link #NONE} when there is no table. */
  static WallCounters read() throws NatException {
    Tool.Answer answer =
        Tool.ask("", List.of("nft", "list", "counters", "table", "inet", Names.TABLE));
    return answer.ok() ? parse(answer.output()) : NONE;
  }

  static WallCounters parse(String listing) {
    Map<String, Long> all = new TreeMap<>();
    Matcher matcher = COUNTER.matcher(listing);
    while (matcher.find()) {
      all.put(matcher.group(1), Long.parseLong(matcher.group(2)));
    }
    Map<String, Long> drops = new TreeMap<>();
    all.forEach((name, packets) -> {
      if (name.startsWith(Names.WALL_COUNTER)) {
        drops.put(name.substring(Names.WALL_COUNTER.length()), packets);
      }
    });
    return new WallCounters(
        drops,
        all.getOrDefault(Names.LEAKS_TO_SERVER, 0L),
        all.getOrDefault(Names.LEAKS_TO_CLIENT, 0L));
  }
}
