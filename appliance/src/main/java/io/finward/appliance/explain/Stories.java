package io.finward.appliance.explain;

import io.finward.appliance.text.AddressText;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What is known of sessions, also after their end. Thread-safe; nothing blocks. */
@FunctionalInterface
public interface Stories {
  /** The sessions of a client's address and port, the newest first. */
  CompletableFuture<List<Story>> of(InetSocketAddress client);

  /** What to say when there is none. */
  static String unknown(InetSocketAddress client) {
    return "no session of %s is known (expected: one that lives or ended within the last hour)"
        .formatted(AddressText.format(client));
  }
}
