package io.finward.proxy.user;

import io.finward.proxy.file.BadLineException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Who is in which group, as in Apache's group file: {@code staff: alice bob}. Immutable. */
final class GroupFile {
  /** Nobody is in any group. */
  static final GroupFile NONE = new GroupFile(Map.of());

  private final Map<String, Set<String>> groupsOf;

  private GroupFile(Map<String, Set<String>> groupsOf) {
    this.groupsOf = Map.copyOf(groupsOf);
  }

  static GroupFile parse(BufferedReader lines) throws IOException, BadLineException {
    Map<String, Set<String>> groupsOf = new HashMap<>();
    int number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      String entry = line.strip();
      if (entry.isEmpty() || entry.startsWith("#")) {
        continue;
      }
      int colon = entry.indexOf(':');
      String group = colon < 0 ? "" : entry.substring(0, colon).strip();
      if (group.isEmpty()) {
        throw new BadLineException(
            number,
            "\"%s\" (expected: a group and its users, as in staff: alice bob)".formatted(entry));
      }
      for (String user : entry.substring(colon + 1).strip().split("\\s+", -1)) {
        groupsOf.computeIfAbsent(user, _ -> new HashSet<>()).add(group);
      }
    }
    groupsOf.replaceAll((_, groups) -> Set.copyOf(groups));
    return new GroupFile(groupsOf);
  }

  Set<String> of(String user) {
    return groupsOf.getOrDefault(user, Set.of());
  }
}
