package io.finward.appliance.check;

import io.finward.nat.apply.KernelFeature;
import io.finward.nat.apply.KernelFeatures;
import io.finward.nat.apply.Nat;
import io.finward.nat.apply.NatException;
import io.finward.nat.rule.NatSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Whether this kernel and its tools can do the rules, and what of the administrator's hurts. */
final class RulesCheck {
  private final String file;
  private final NatSettings settings;
  private final Nat nat;

  RulesCheck(String file, NatSettings settings, Nat nat) {
    this.file = file;
    this.settings = settings;
    this.nat = nat;
  }

  /** Rules of others that take packets away that ours or the sessions need. */
  List<Remark> foreign() {
    try {
      return settings.switches().any()
          ? Stream.concat(nat.foreignDrops().stream(), nat.foreignStates().stream())
              .map(rule -> Remark.error(file, rule.toString()))
              .toList()
          : List.of();
    } catch (NatException e) {
      return List.of(Remark.error(file, String.valueOf(e.getMessage())));
    }
  }

  /** What is missing in this kernel. */
  List<Remark> run() {
    List<Remark> remarks = new ArrayList<>();
    if (!settings.switches().any()) {
      return remarks;
    }
    try {
      KernelFeatures features = KernelFeatures.probe();
      for (KernelFeature missing : features.missingFor(settings)) {
        remarks.add(
            Remark.error(
                file,
                "this kernel lacks %s (expected: a kernel with %s)"
                    .formatted(missing.word(), missing.option())));
      }
      nat.remarks().forEach(remark -> remarks.add(Remark.warning(file, remark)));
    } catch (NatException e) {
      remarks.add(Remark.error(file, String.valueOf(e.getMessage())));
    }
    return remarks;
  }
}
