package io.finward.appliance.metrics;

import io.finward.appliance.observe.LatePackets;
import io.finward.appliance.observe.Observed;
import java.util.LinkedHashMap;
import java.util.Map;

/** The metrics that are read from the gateway when somebody asks. */
public final class GatewayMetrics {
  private GatewayMetrics() {}

  /** Adds them all to {@code meters}. */
  public static void register(Meters meters, Observed observed) {
    meters.gauge("finward_sessions_open", "Live sessions.", () -> observed.sessions().open());
    meters.gauge(
        "finward_sessions_half_closed",
        "Live sessions of which one side's FIN has been seen.",
        () -> observed.sessions().halfClosed());
    meters.gauge(
        "finward_parked_flows",
        "Flows of the shadow table whose sockets were given up.",
        () -> observed.conntrack().parkedFlows());
    meters.counter(
        "finward_rescues_total",
        "Conntrack entries made again for a late packet.",
        () -> observed.conntrack().rescues());
    meters.counters(
        "finward_late_packets_total",
        "Packets of a session whose conntrack entry was gone.",
        () -> observed.conntrack().latePackets().stream().map(GatewayMetrics::sample).toList());
    meters.counters(
        "finward_wall_drops_total",
        "Packets the wall stopped, by netfilter hook.",
        () ->
            observed.nat().wallDrops().entrySet().stream()
                .map(hook -> new Sample(Map.of("hook", hook.getKey()), hook.getValue()))
                .toList());
    meters.counter(
        "finward_rule_repairs_total",
        "How often rules were found changed and put back.",
        () -> observed.nat().repairs());
    meters.counter(
        "finward_leaks_total",
        "Untranslated packets of intercepted flows seen leaving the gateway.",
        () -> observed.nat().leaks());
    meters.gauge(
        "finward_conntrack_entries",
        "Entries of the kernel's conntrack table.",
        () -> observed.conntrack().kernelEntries());
    meters.gauge(
        "finward_conntrack_limit",
        "The kernel's nf_conntrack_max.",
        () -> observed.conntrack().kernelLimit());
  }

  private static Sample sample(LatePackets late) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("kind", late.kind());
    labels.put("side", late.side());
    labels.put("reason", late.reason());
    labels.put("outcome", late.outcome());
    return new Sample(labels, late.packets());
  }
}
