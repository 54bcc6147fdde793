package io.finward.appliance.config;

import io.finward.proxy.access.AccessRule;
import io.finward.proxy.file.WatchedFile;
import java.util.List;

/**
 * The rules of {@code access}.
 *
 * @param rules in order; may be empty
 * @param files of name lists, to be looked after
 */
public record AccessSettings(List<AccessRule> rules, List<WatchedFile<?>> files) {
  /** No rules. */
  public static final AccessSettings NONE = new AccessSettings(List.of(), List.of());

  public AccessSettings {
    rules = List.copyOf(rules);
    files = List.copyOf(files);
  }
}
