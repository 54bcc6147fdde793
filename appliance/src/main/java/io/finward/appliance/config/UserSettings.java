package io.finward.appliance.config;

import io.finward.proxy.user.UserFiles;
import java.time.Duration;

/**
 * Who the users are.
 *
 * @param files their names, passwords and groups
 * @param realm what a client shows when it asks for the password
 * @param cache for how long a right password is remembered
 */
public record UserSettings(UserFiles files, String realm, Duration cache) {
  /** What {@code users.realm} is unless it is set. */
  public static final String DEFAULT_REALM = "Finward";

  /** What {@code users.cache} is unless it is set. */
  public static final Duration DEFAULT_CACHE = Duration.ofMinutes(5);
}
