package io.finward.appliance.check;

import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.config.Limits;
import io.finward.appliance.text.AddressText;
import io.finward.linux.proc.Sysctl;
import io.finward.nat.apply.Nat;
import io.finward.nat.rule.NatSettings;
import io.finward.proxy.access.AccessRule;
import io.finward.proxy.access.Condition;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** What of this machine would keep a configuration from working. Changes nothing. */
public final class SelfTest {
  private static final Condition EVERYTHING = new Condition.All(List.of());
  private static final Path FIRST_UNPRIVILEGED =
      Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
  private static final int USUAL_FIRST_UNPRIVILEGED = 1024;

  private final FinwardConfig config;
  private final NatSettings rules;
  private final Nat nat;

  /**
   * Of a configuration that is valid in itself.
   *
   * @param rules what of it the rules are made from
   * @param nat the rules
   */
  public SelfTest(FinwardConfig config, NatSettings rules, Nat nat) {
    this.config = config;
    this.rules = rules;
    this.nat = nat;
  }

  /**
   * Rules of others that hurt. {@code run} starts all the same: they are the administrator's, and
   * sessions work.
   */
  public List<Remark> foreignRules() {
    return new RulesCheck(config.places().file(), rules, nat).foreign();
  }

  /** Everything but whether the addresses are free, which a running instance's are not. */
  public List<Remark> run() throws IOException {
    List<Remark> remarks = new ArrayList<>();
    remarks.addAll(
        new CapabilityCheck(config, Capability.effective(), firstUnprivilegedPort()).run());
    if (remarks.isEmpty()) {
      remarks.addAll(new RulesCheck(config.places().file(), rules, nat).run());
    }
    limits(remarks);
    jmx(remarks);
    openEnd(remarks);
    remarks.addAll(new DelayCheck(config).run());
    return remarks;
  }

  /** Whether every address is free and this machine's. */
  public List<Remark> addresses() {
    return new BindCheck(config).run();
  }

  private void limits(List<Remark> remarks) throws IOException {
    int limit = Descriptors.limit();
    OptionalInt wanted = config.limits().descriptors();
    if (wanted.isPresent() && wanted.getAsInt() > limit) {
      remarks.add(
          Remark.error(
              config.places().of("limits.descriptors"),
              "limits.descriptors = %d (expected: at most %d, this process's limit; raise it with"
                      .formatted(wanted.getAsInt(), limit)
                  + " LimitNOFILE= or ulimit -n)"));
    }
    OptionalInt sessions = config.limits().sessions();
    if (sessions.isPresent() && sessions.getAsInt() > Limits.sessionsWithin(limit)) {
      remarks.add(
          Remark.error(
              config.places().of("limits.sessions"),
              "limits.sessions = %d (expected: at most %d with %d descriptors; raise them with"
                      .formatted(sessions.getAsInt(), Limits.sessionsWithin(limit), limit)
                  + " LimitNOFILE= or ulimit -n)"));
    }
  }

  private void jmx(List<Remark> remarks) {
    InetSocketAddress jmx = config.admin().jmx();
    if (jmx != null && !jmx.getAddress().isLoopbackAddress()) {
      remarks.add(
          Remark.warning(
              config.places().of("admin.jmx"),
              "admin.jmx = %s has no password: whoever reaches it may kill sessions"
                  .formatted(AddressText.format(jmx))));
    }
  }

  /** Rules that allow some, and then everybody else by having no end. */
  private void openEnd(List<Remark> remarks) {
    List<AccessRule> rules = config.access().rules();
    boolean allows = rules.stream().anyMatch(rule -> rule.action() == AccessRule.Action.ALLOW);
    if (allows && !rules.getLast().condition().equals(EVERYTHING)) {
      int last = rules.size() - 1;
      remarks.add(
          Remark.warning(
              config.places().of("access[%d]".formatted(last)),
              "access[%d] is the last rule and not for all: whoever no rule matches is allowed; end with { deny = all } to allow only who the rules allow"
                  .formatted(last)));
    }
  }

  private static int firstUnprivilegedPort() {
    try {
      return Integer.parseInt(Sysctl.read(FIRST_UNPRIVILEGED));
    } catch (IOException e) {
      return USUAL_FIRST_UNPRIVILEGED; // before Linux 4.11 there was no such sysctl
    }
  }
}
