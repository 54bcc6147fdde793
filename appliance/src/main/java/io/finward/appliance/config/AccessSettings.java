package io.finward.appliance.config;

import io.finward.proxy.access.AccessRule;
import java.util.List;

/**
 * The rules of {@code access}.
 *
 * @param rules in order; may be empty
 */
public record AccessSettings(List<AccessRule> rules) {
  /** No rules. */
  public static final AccessSettings NONE = new AccessSettings(List.of());

  public AccessSettings {
    rules = List.copyOf(rules);
  }
}
