package io.finward.proxy.user;

import java.util.Set;

/** What came of checking a user's password. */
public sealed interface Authentication {
  /**
   * The password is right.
   *
   * @param groups the user's groups; may be empty
   */
  record Authenticated(Set<String> groups) implements Authentication {
    public Authenticated {
      groups = Set.copyOf(groups);
    }
  }

  /** No such user, or another password. The client is asked again (407). */
  record Refused() implements Authentication {}

  /**
   * It cannot be told now: the users' file cannot be read, or too many checks wait. The client gets
   * 503.
   *
   * @param why for the log
   */
  record Unavailable(String why) implements Authentication {}
}
