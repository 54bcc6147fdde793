package io.finward.appliance.wiring;

import io.finward.appliance.check.Descriptors;
import io.finward.appliance.check.Remark;
import io.finward.appliance.check.SelfTest;
import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.observe.Observed;
import io.finward.linux.libc.KernelException;
import io.finward.nat.apply.Nat;
import io.finward.nat.apply.NatException;
import io.finward.nat.rule.NatSettings;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The real gateway, with what there is to see of it. */
public final class ObservedGateway implements RunningGateway {
  private final Gateway gateway;
  private final Observed observed;

  private ObservedGateway(Gateway gateway) {
    this.gateway = gateway;
    this.observed = gateway.observed();
  }

  /** Starts the listeners and puts the rules in place. */
  public static RunningGateway start(FinwardConfig config, GatewayListener listener)
      throws IOException {
    try {
      return new ObservedGateway(Gateway.start(config, Descriptors.limit(), listener));
    } catch (KernelException | NatException e) {
      throw explained(config, e);
    }
  }

  @Override
  public void settle() throws IOException {
    gateway.settle();
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
  public void stopListening() {
    gateway.stopListening();
  }

  @Override
  public void close() {
    gateway.stop();
  }
}
