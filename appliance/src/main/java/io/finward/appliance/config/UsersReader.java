package io.finward.appliance.config;

import io.finward.proxy.user.UserFiles;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads {@code users}. */
final class UsersReader {
  /** It goes into a quoted string of a header. */
  private static final Kind<String> REALM =
      value -> {
        String realm = Kinds.TEXT.parse(value);
        if (!realm.matches("[ !#-\\[\\]-~]{1,64}")) {
          throw new WrongValueException(
              "1 to 64 printable ASCII characters without \" and \\, as in Internet access");
        }
        return realm;
      };

  private final Findings findings;

  UsersReader(Findings findings) {
    this.findings = findings;
  }

  /** The users; null when there are none, or something is wrong. */
  @Nullable UserSettings users(Section top) {
    if (!top.has("users")) {
      return null;
    }
    Section section = top.section("users");
    Path file = section.readRequired("file", AccessKinds.FILE, "the path of an htpasswd file");
    Path groups = section.readOptional("groups", AccessKinds.FILE);
    String realm = section.read("realm", REALM, UserSettings.DEFAULT_REALM);
    Duration cache = section.read("cache", Kinds.DURATION, UserSettings.DEFAULT_CACHE);
    section.refuseUnknown();
    if (file == null) {
      return null;
    }
    UserFiles users = Texts.read(findings, section.key("file"), file, UserFiles::open);
    if (users != null && groups != null) {
      users = Texts.read(findings, section.key("groups"), groups, users::withGroups);
    }
    return users == null ? null : new UserSettings(users, realm, cache);
  }
}
