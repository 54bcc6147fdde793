package io.finward.nat.apply;

import io.finward.nat.apply.NatException.Reason;
import io.finward.nat.rule.InterceptionMode;
import io.finward.nat.rule.NatSettings;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which features this kernel and its nft have, tried out.
 *
 * @param refusals what is missing, and what nft said to it
 */
public record KernelFeatures(Map<KernelFeature, String> refusals) {
  private static final String TABLE = "finward_probe";

  public KernelFeatures {
    Map<KernelFeature, String> copy = new EnumMap<>(KernelFeature.class);
    copy.putAll(refusals);
    refusals = Map.copyOf(copy);
  }

  /**
   * Tries each feature in a table that is made and deleted in one transaction, so that no packet
   * ever meets it.
   *
   * @throws NatException without nft or CAP_NET_ADMIN
   */
  public static KernelFeatures probe() throws NatException {
    Map<KernelFeature, String> refusals = new EnumMap<>(KernelFeature.class);
    for (KernelFeature feature : KernelFeature.values()) {
      Tool.Answer answer = Nft.PROGRAM.ask(feature.probe(TABLE));
      if (answer.notPermitted()) {
        throw Tool.refused(Nft.COMMAND, answer);
      }
      if (!answer.ok()) {
        refusals.put(feature, answer.errors().lines().findFirst().orElse("refused"));
      }
    }
    return new KernelFeatures(refusals);
  }

  /** Whether it is there. */
  public boolean has(KernelFeature feature) {
    return !refusals.containsKey(feature);
  }

  /** What a configuration needs and this kernel has not. */
  public Set<KernelFeature> missingFor(NatSettings settings) {
    Set<KernelFeature> missing = EnumSet.noneOf(KernelFeature.class);
    missing.addAll(refusals.keySet());
    missing.removeIf(feature -> !needed(feature, settings));
    return missing;
  }

  /**
   * Names what is missing for a configuration.
   *
   * @throws NatException when something is
   */
  public void require(NatSettings settings) throws NatException {
    Set<KernelFeature> missing = missingFor(settings);
    if (!missing.isEmpty()) {
      throw new NatException(
          Reason.MISSING_FEATURE,
          missing.stream()
              .map(one -> "%s (expected: a kernel with %s)".formatted(one.word(), one.option()))
              .collect(Collectors.joining("; ", "this kernel lacks ", "")));
    }
  }

  private static boolean needed(KernelFeature feature, NatSettings settings) {
    boolean nat = settings.switches().nat();
    boolean wall = settings.switches().wall();
    return switch (feature) {
      case NF_TABLES, CONNTRACK, FIB, CT_LABEL -> settings.switches().any();
      case CT_TIMEOUT, CT_EVENT -> settings.switches().lease();
      case REDIRECT -> nat && !settings.listeners(InterceptionMode.REDIRECT).isEmpty();
      case TPROXY -> nat && !settings.listeners(InterceptionMode.TPROXY).isEmpty();
      case SOCKET -> settings.switches().tracking().partial() || settings.diverts();
      case LOG, REJECT, LIMIT -> wall;
    };
  }
}
