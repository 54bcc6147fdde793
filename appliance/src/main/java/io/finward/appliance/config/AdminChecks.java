package io.finward.appliance.config;

import io.finward.proxy.listen.ListenerSettings;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What must hold for the admin addresses: none may be anybody else's. */
final class AdminChecks {
  private final Findings findings;
  private final List<Keyed<ListenerSettings>> listeners;
  private final AdminSettings admin;

  AdminChecks(Findings findings, List<Keyed<ListenerSettings>> listeners, AdminSettings admin) {
    this.findings = findings;
    this.listeners = listeners;
    this.admin = admin;
  }

  void run() {
    own("admin.http", admin.http());
    own("admin.jmx", admin.jmx());
    InetSocketAddress http = admin.http();
    InetSocketAddress jmx = admin.jmx();
    if (http != null && jmx != null && ListenerChecks.collide(http, jmx)) {
      findings.wrong("admin.jmx", "an address and port of its own; admin.http has it");
    }
  }

  private void own(String key, @Nullable InetSocketAddress address) {
    if (address == null) {
      return;
    }
    if (address.getAddress().isMulticastAddress()) {
      findings.wrong(key, "an address of this machine");
    }
    for (Keyed<ListenerSettings> listener : listeners) {
      if (ListenerChecks.collide(address, listener.value().bind())) {
        findings.wrong(
            key,
            "an address and port of its own; listener %s in line %d has it"
                .formatted(listener.value().name(), findings.line(listener.key())));
      }
    }
  }
}
