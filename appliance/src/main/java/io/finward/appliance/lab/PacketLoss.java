package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.time.Duration;

/** Packets that get lost on the way, until it is closed. */
final class PacketLoss implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final NetworkNamespace namespace;

  private PacketLoss(NetworkNamespace namespace) {
    this.namespace = namespace;
  }

  /**
   * Loses what arrives in, or leaves, a namespace.
   *
   * @param hook {@code prerouting} or {@code output}
   * @param match what is lost, as nft writes it
   */
  static PacketLoss begin(NetworkNamespace namespace, String hook, String match)
      throws IOException {
    namespace.run(
        "nft",
        """
        table inet lab_loss {
          counter lost { }
          chain lost {
            type filter hook %s priority raw - 1;
            %s counter name lost drop
          }
        }
        """
            .formatted(hook, match));
    return new PacketLoss(namespace);
  }

  /** Fails unless so many packets are lost soon: a loss that never came about shows nothing. */
  void require(int packets) throws IOException {
    boolean enough = Waiting.until(PATIENCE, () -> lost() >= packets);
    if (!enough) {
      throw new IOException("%d packets lost (expected: %d or more)".formatted(lost(), packets));
    }
  }

  private long lost() throws IOException {
    return NftListing.packets(namespace.run("nft", "list", "counter", "inet", "lab_loss", "lost"));
  }

  @Override
  public void close() throws IOException {
    namespace.run("nft", "delete", "table", "inet", "lab_loss");
  }
}
