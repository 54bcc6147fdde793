package io.finward.appliance.jmx;

import io.finward.appliance.jmx.OpenTable.Column;
import io.finward.appliance.observe.ConntrackStats;
import io.finward.appliance.observe.FlowSnapshot;
import io.finward.appliance.observe.Flows;
import io.finward.appliance.observe.LatePackets;
import io.finward.appliance.text.AddressText;
import java.util.List;
import javax.management.openmbean.TabularData;

/** The shadow table and its counters. */
final class ConntrackBean implements ConntrackMBean {
  private static final OpenTable<LatePackets> LATE =
      new OpenTable<>(
          "LatePacket",
          List.of(
              Column.text("kind", "fin, rst or data", LatePackets::kind),
              Column.text("side", "who sent them", LatePackets::side),
              Column.text("reason", "why there was no entry", LatePackets::reason),
              Column.text("outcome", "translated, reset or stopped", LatePackets::outcome),
              Column.number("packets", "how many", LatePackets::packets)));
  private static final OpenTable<FlowSnapshot> FLOWS =
      new OpenTable<>(
          "Flow",
          List.of(
              Column.text(
                  "client", "as the client knows itself", f -> AddressText.format(f.client())),
              Column.text(
                  "original_destination",
                  "where the client meant to go",
                  f -> AddressText.format(f.originalDestination())),
              Column.text(
                  "peer", "the client as the proxy sees it", f -> AddressText.format(f.peer())),
              Column.text("local", "the proxy's address", f -> AddressText.format(f.local())),
              Column.text("leg", "redirected, transparent or upstream", FlowSnapshot::leg),
              Column.text("state", "live, half-closed, parked or ended", FlowSnapshot::state),
              Column.text("closed_first", "client, server or none", ConntrackBean::closedFirst),
              Column.number("closed_ms", "since the first FIN", FlowSnapshot::closedMillis)));

  private final ConntrackStats stats;
  private final Flows flows;

  ConntrackBean(ConntrackStats stats, Flows flows) {
    this.stats = stats;
    this.flows = flows;
  }

  @Override
  public long getLiveFlows() {
    return stats.liveFlows();
  }

  @Override
  public long getParkedFlows() {
    return stats.parkedFlows();
  }

  @Override
  public long getRescues() {
    return stats.rescues();
  }

  @Override
  public TabularData getLatePackets() {
    return LATE.of(stats.latePackets());
  }

  @Override
  public long getKernelEntries() {
    return stats.kernelEntries();
  }

  @Override
  public long getKernelLimit() {
    return stats.kernelLimit();
  }

  @Override
  public boolean isRefusing() {
    return stats.refusing();
  }

  @Override
  public TabularData listFlows() {
    return FLOWS.of(Answers.await(flows.list()));
  }

  private static String closedFirst(FlowSnapshot flow) {
    return flow.closedFirst() == null ? "none" : flow.closedFirst().word();
  }
}
