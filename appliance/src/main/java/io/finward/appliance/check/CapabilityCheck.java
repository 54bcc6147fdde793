package io.finward.appliance.check;

import io.finward.appliance.config.FinwardConfig;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.listen.SourceAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which capabilities a configuration needs and this process lacks. */
final class CapabilityCheck {
  private final FinwardConfig config;
  private final Set<Capability> effective;
  private final int firstUnprivilegedPort;

  /**
   * @param firstUnprivilegedPort {@code net.ipv4.ip_unprivileged_port_start}
   */
  CapabilityCheck(FinwardConfig config, Set<Capability> effective, int firstUnprivilegedPort) {
    this.config = config;
    this.effective = effective;
    this.firstUnprivilegedPort = firstUnprivilegedPort;
  }

  List<Remark> run() {
    List<Remark> remarks = new ArrayList<>();
    // nfnetlink wants it of the opener and the sender of every message (net/netfilter/nfnetlink.c),
    // and upstream sockets get SO_MARK in any case (net/core/sock.c).
    if (!effective.contains(Capability.CAP_NET_ADMIN)) {
      remarks.add(missing(config.places().file(), "CAP_NET_ADMIN", "for rules and conntrack"));
    }
    for (int i = 0; i < config.listeners().size(); i++) {
      ListenerSettings listener = config.listeners().get(i);
      String key = "listeners[" + i + "]";
      boolean transparent =
          listener.mode() == ListenerMode.TPROXY || listener.source() == SourceAddress.CLIENT;
      // IP_TRANSPARENT: CAP_NET_RAW or CAP_NET_ADMIN (net/ipv4/ip_sockglue.c).
      if (transparent
          && !effective.contains(Capability.CAP_NET_ADMIN)
          && !effective.contains(Capability.CAP_NET_RAW)) {
        remarks.add(
            missing(
                config.places().of(key + ".mode"),
                "CAP_NET_RAW",
                "for IP_TRANSPARENT of listener " + listener.name()));
      }
      int port = listener.bind().getPort();
      if (port < firstUnprivilegedPort && !effective.contains(Capability.CAP_NET_BIND_SERVICE)) {
        remarks.add(
            missing(
                config.places().of(key + ".bind"),
                "CAP_NET_BIND_SERVICE",
                "for port %d, below net.ipv4.ip_unprivileged_port_start = %d"
                    .formatted(port, firstUnprivilegedPort)));
      }
    }
    return remarks;
  }

  private static Remark missing(String place, String capability, String purpose) {
    return Remark.error(
        place,
        "%s is missing, %s (expected: run as root, or with AmbientCapabilities as in"
                .formatted(capability, purpose)
            + " etc/finward.service)");
  }
}
