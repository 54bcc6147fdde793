package io.finward.proxy.user;

import io.finward.proxy.file.BadLineException;
import io.finward.proxy.file.WatchedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The users' file and the groups' file, read again when they change. Thread-safe. */
public final class UserFiles {
  private final WatchedFile<Htpasswd> users;
  private final @Nullable WatchedFile<GroupFile> groups;

  private UserFiles(WatchedFile<Htpasswd> users, @Nullable WatchedFile<GroupFile> groups) {
    this.users = users;
    this.groups = groups;
  }

  /**
   * Reads users without groups.
   *
   * @param users as {@code htpasswd} writes it
   * @throws IOException when it cannot be read
   * @throws BadLineException with the first line that is wrong
   */
  public static UserFiles open(Path users) throws IOException, BadLineException {
    return new UserFiles(WatchedFile.open(users, Htpasswd::parse), null);
  }

  /**
   * These users, and their groups from a file, {@code GROUP: USER USER} a line.
   *
   * @throws IOException when it cannot be read
   * @throws BadLineException with the first line that is wrong
   */
  public UserFiles withGroups(Path file) throws IOException, BadLineException {
    return new UserFiles(users, WatchedFile.open(file, GroupFile::parse));
  }

  /** The files, for whoever looks after them. */
  public List<WatchedFile<?>> files() {
    List<WatchedFile<?>> files = new ArrayList<>();
    files.add(users);
    if (groups != null) {
      files.add(groups);
    }
    return files;
  }

  /** How many users there are. */
  public int size() {
    return users.value().size();
  }

  boolean matches(String user, String password) {
    return users.value().matches(user, password);
  }

  Set<String> groupsOf(String user) {
    return groups == null ? Set.of() : groups.value().of(user);
  }

  long generation() {
    return users.generation();
  }
}
