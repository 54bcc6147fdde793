package io.finward.proxy.opening;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * How long clients of intercepting listeners are looked at. All durations are positive.
 *
 * @param peek how long a client may take to say something that can be understood
 * @param verify how long DNS may take to say whether a name belongs to an address
 * @param remember for how long an address that DNS gave for a name counts as the name's
 * @param nameServers asked for names; empty: those of /etc/resolv.conf
 */
public record OpeningSettings(
    Duration peek, Duration verify, Duration remember, List<InetSocketAddress> nameServers) {
  /** What goes without saying. */
  public static final OpeningSettings DEFAULT =
      new OpeningSettings(
          Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofHours(1), List.of());

  public OpeningSettings {
    nameServers = List.copyOf(nameServers);
  }
}
