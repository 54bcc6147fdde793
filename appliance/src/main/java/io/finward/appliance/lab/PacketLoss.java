package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;

/** Packets that get lost on the way, until it is closed. */
final class PacketLoss implements AutoCloseable {
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

  /** Fails unless so many packets were lost: a loss that never came about shows nothing. */
  void require(int packets) throws IOException {
    long lost =
        NftListing.packets(namespace.run("nft", "list", "counter", "inet", "lab_loss", "lost"));
    if (lost < packets) {
      throw new IOException("%d packets lost (expected: %d or more)".formatted(lost, packets));
    }
  }

  @Override
  public void close() throws IOException {
    namespace.run("nft", "delete", "table", "inet", "lab_loss");
  }
}
