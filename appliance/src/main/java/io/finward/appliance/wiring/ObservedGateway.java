package io.finward.appliance.wiring;

import io.finward.appliance.check.Descriptors;
import io.finward.appliance.check.Remark;
import io.finward.appliance.check.SelfTest;
import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.observe.ConntrackStats;
import io.finward.appliance.observe.LatePackets;
import io.finward.appliance.observe.Observed;
import io.finward.linux.libc.KernelException;
import io.finward.nat.apply.Nat;
import io.finward.nat.apply.NatException;
import io.finward.nat.rule.NatSettings;
import io.finward.proxy.session.SessionListener;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The real gateway, with what there is to see of it. */
public final class ObservedGateway implements RunningGateway {
  private final Gateway gateway;
  private final Observed observed;

  private ObservedGateway(Gateway gateway) {
    this.gateway = gateway;
    this.observed =
        new Observed(
            gateway.sessions(),
            () -> CompletableFuture.completedFuture(List.of()),
            new NoShadowTable(),
            new RuleStats(gateway.rules()));
  }

  /** Starts the listeners and puts the rules in place. */
  public static RunningGateway start(FinwardConfig config, SessionListener listener)
      throws IOException {
    try {
      return new ObservedGateway(Gateway.start(config, Descriptors.limit(), listener));
    } catch (KernelException | NatException e) {
      throw explained(config, e);
    }
  }

  /** Says what the self-test finds instead of what the kernel said, when it finds something. */
  private static IOException explained(FinwardConfig config, IOException e) throws IOException {
    NatSettings rules = NatConfig.of(config);
    SelfTest test = new SelfTest(config, rules, new Nat(rules, Gateway.stateDirectory(config)));
    String found =
        Stream.concat(test.run().stream(), test.addresses().stream())
            .filter(Remark::error)
            .map(Remark::text)
            .collect(Collectors.joining("\n"));
    return found.isEmpty() ? e : new IOException(found, e);
  }

  @Override
  public Observed observed() {
    return observed;
  }

  @Override
  public void close() {
    gateway.stop();
  }

  /** Until the shadow table is wired, only the kernel's table is known. */
  private record NoShadowTable() implements ConntrackStats {
    @Override
    public long liveFlows() {
      return 0;
    }

    @Override
    public long parkedFlows() {
      return 0;
    }

    @Override
    public long rescues() {
      return 0;
    }

    @Override
    public List<LatePackets> latePackets() {
      return List.of();
    }

    @Override
    public long kernelEntries() {
      return KernelTable.entries();
    }

    @Override
    public long kernelLimit() {
      return KernelTable.limit();
    }
  }
}
