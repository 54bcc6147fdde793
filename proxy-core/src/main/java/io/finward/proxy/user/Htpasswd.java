package io.finward.proxy.user;

import io.finward.proxy.file.BadLineException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The users of an {@code htpasswd} file. Immutable. */
final class Htpasswd {
  private final Map<String, PasswordHash> users;

  /** Checked for users who do not exist, so that they take as long as others. */
  private final @Nullable PasswordHash decoy;

  private Htpasswd(Map<String, PasswordHash> users) {
    this.users = Map.copyOf(users);
    this.decoy = users.values().stream().findFirst().orElse(null);
  }

  static Htpasswd parse(BufferedReader lines) throws IOException, BadLineException {
    Map<String, PasswordHash> users = new HashMap<>();
    int number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      String entry = line.strip();
      if (entry.isEmpty() || entry.startsWith("#")) {
        continue;
      }
      String[] fields = entry.split(":", 3);
      PasswordHash hash = fields.length < 2 ? null : PasswordHash.of(fields[1]);
      if (fields[0].isEmpty() || hash == null) {
        // Not the line: it has a secret.
        throw new BadLineException(
            number,
            "user \"%s\" (expected: NAME:HASH with a hash of htpasswd -B, -m, -s, -2 or -5)"
                .formatted(fields[0]));
      }
      // The first counts, as in Apache.
      users.putIfAbsent(fields[0], hash);
    }
    return new Htpasswd(users);
  }

  int size() {
    return users.size();
  }

  /** Whether there is such a user with this password. Takes milliseconds. */
  boolean matches(String user, String password) {
    PasswordHash hash = users.get(user);
    PasswordHash checked = hash == null ? decoy : hash;
    boolean right = checked != null && checked.matches(password);
    return right && hash != null;
  }
}
