package io.finward.appliance.config;

import io.finward.proxy.access.AccessRule;
import io.finward.proxy.access.AccessRule.Action;
import io.finward.proxy.access.Condition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code access}. */
final class AccessReader {
  /** What a rule may be called. */
  static final Kind<String> LABEL =
      value -> {
        String label = Kinds.TEXT.parse(value);
        if (!label.matches("[a-z0-9][a-z0-9-]{0,31}")) {
          throw new WrongValueException("1 to 32 lower-case letters, digits and hyphens");
        }
        return label;
      };

  private static final Map<String, Action> ACTIONS = new LinkedHashMap<>();

  static {
    ACTIONS.put("allow", Action.ALLOW);
    ACTIONS.put("deny", Action.DENY);
    ACTIONS.put("reset", Action.RESET);
  }

  private final Findings findings;
  private final ConditionReader conditions;

  AccessReader(Findings findings, ConditionReader conditions) {
    this.findings = findings;
    this.conditions = conditions;
  }

  /** The rules in which nothing is wrong. */
  AccessSettings access(Section top) {
    List<AccessRule> rules = new ArrayList<>();
    for (Section section : top.sections("access", "a list of rules", true)) {
      String label = section.read("rule", LABEL, section.path());
      List<String> actions = ACTIONS.keySet().stream().filter(section::has).toList();
      if (actions.size() == 1) {
        String action = actions.getFirst();
        Action meant = ACTIONS.get(action);
        Condition condition = conditions.outermost(section, action);
        if (condition != null && meant != null) {
          rules.add(new AccessRule(label, meant, condition));
        }
      } else {
        findings.wrong(
            section.path(), "one of allow, deny and reset, as in { deny { port = 25 } }");
      }
      section.refuseUnknown();
    }
    return new AccessSettings(rules);
  }
}
