package io.finward.appliance.wiring;

import io.finward.appliance.config.ExplicitDoors;
import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.config.UserSettings;
import io.finward.proxy.door.ExplicitSettings;
import io.finward.proxy.door.OriginSettings;
import io.finward.proxy.user.Authenticator;
import io.finward.proxy.user.PasswordChecker;
import java.util.Deque;

/** The configuration in the words of the explicit doors. */
final class DoorConfig {
  private DoorConfig() {}

  /**
   * What explicit doors keep to.
   *
   * @param processLimit RLIMIT_NOFILE of this process
   * @param policies what may change
   * @param undo gets what has to be closed after the sessions are gone
   */
  static ExplicitSettings of(
      FinwardConfig config, int processLimit, Policies policies, Deque<Runnable> undo) {
    ExplicitDoors doors = config.explicit();
    UserSettings users = config.users();
    return new ExplicitSettings(
        policies::explicit,
        users == null ? Authenticator.NOBODY : checker(users, undo),
        users == null ? UserSettings.DEFAULT_REALM : users.realm(),
        policies.errorPages(),
        doors.headTimeout(),
        doors.keepAlive(),
        config.timeouts().connect(),
        doors.maxHead(),
        doors.hop(),
        doors.nameServers(),
        policies::routes,
        origins(doors.origins(), config.limits().spareDescriptors(processLimit)),
        doors.leg(),
        doors.rates(),
        policies::treatment);
  }

  /** Waiting connections take no descriptor that a session may need. */
  private static OriginSettings origins(OriginSettings wanted, int spare) {
    return new OriginSettings(
        wanted.keepAlive(), Math.min(wanted.inAll(), spare / 2), wanted.perOrigin());
  }

  private static Authenticator checker(UserSettings users, Deque<Runnable> undo) {
    PasswordChecker.Settings unset = PasswordChecker.Settings.DEFAULT;
    PasswordChecker checker =
        new PasswordChecker(
            users.files(),
            new PasswordChecker.Settings(
                users.cache(), unset.entries(), unset.threads(), unset.waiting()));
    undo.push(checker::close);
    return checker;
  }
}
