package io.finward.proxy.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.finward.proxy.file.BadLineException;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PasswordCheckerTest {
  private static final Authentication REFUSED = new Authentication.Refused();
  private static final Authentication NO_GROUPS = new Authentication.Authenticated(Set.of());

  @TempDir private Path folder;
  private final DefaultEventExecutor loop = new DefaultEventExecutor();

  @AfterEach
  void endTheLoop() {
    loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-B", "-m", "-s", "-2", "-5"})
  void takesWhatHtpasswdWrites(String scheme) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/htpasswd")), "apache2-utils is not installed");
    htpasswd("-c", scheme, "alice", "öpen sesame");
    htpasswd(scheme, "bob", "another");
    try (PasswordChecker checker = checker(UserFiles.open(file()))) {
      assertThat(ask(checker, "alice", "öpen sesame")).isEqualTo(NO_GROUPS);
      assertThat(ask(checker, "alice", "open sesame")).isEqualTo(REFUSED);
      assertThat(ask(checker, "alice", "")).isEqualTo(REFUSED);
      assertThat(ask(checker, "bob", "another")).isEqualTo(NO_GROUPS);
      assertThat(ask(checker, "carol", "another")).isEqualTo(REFUSED);
    }
  }

  /** bcrypt's cost is 4 to 31: with another, each check of the password would have thrown. */
  @ParameterizedTest
  @ValueSource(strings = {"00", "03", "32", "99"})
  void refusesABcryptCostThatCannotBeChecked(String cost) throws Exception {
    write("alice:$2y$" + cost + "$abcdefghijklmnopqrstuuJ0pYJrYxkA5wLq0m6v2l0nYQy3C7Q9u\n");

    assertThatThrownBy(() -> UserFiles.open(file())).isInstanceOf(BadLineException.class);
  }

  @Test
  void tellsTheGroups() throws Exception {
    write("alice:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\nbob:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n");
    Path groups = Files.writeString(folder.resolve("groups"), "staff: alice bob\nboss: alice\n");
    try (PasswordChecker checker = checker(UserFiles.open(file()).withGroups(groups))) {
      assertThat(ask(checker, "alice", "password"))
          .isEqualTo(new Authentication.Authenticated(Set.of("staff", "boss")));
      assertThat(ask(checker, "bob", "password"))
          .isEqualTo(new Authentication.Authenticated(Set.of("staff")));
    }
  }

  @Test
  void aRememberedPasswordIsForgottenWhenTheFileHasChanged() throws Exception {
    write("alice:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n");
    UserFiles files = UserFiles.open(file());
    try (PasswordChecker checker = checker(files)) {
      assertThat(ask(checker, "alice", "password")).isEqualTo(NO_GROUPS);
      assertThat(ask(checker, "alice", "password")).isEqualTo(NO_GROUPS);
      write("carol:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n# alice has gone\n");
      files.files().forEach(one -> one.check());
      assertThat(ask(checker, "alice", "password")).isEqualTo(REFUSED);
      assertThat(ask(checker, "carol", "password")).isEqualTo(NO_GROUPS);
    }
  }

  @Test
  void tooManyChecksAreUnavailableAndEveryQuestionIsAnswered() throws Exception {
    // bcrypt with a cost of 10: tens of milliseconds each, so that the queue of one fills up.
    write("alice:$2y$10$abcdefghijklmnopqrstuuJ0pYJrYxkA5wLq0m6v2l0nYQy3C7Q9u\n");
    try (PasswordChecker checker =
        new PasswordChecker(
            UserFiles.open(file()),
            new PasswordChecker.Settings(Duration.ofMinutes(1), 10, 1, 1))) {
      List<CompletableFuture<Authentication>> answers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        answers.add(asked(checker, "alice", "wrong" + i));
      }
      List<Authentication> told = new ArrayList<>();
      for (CompletableFuture<Authentication> answer : answers) {
        told.add(answer.get(20, TimeUnit.SECONDS));
      }
      assertThat(told).contains(REFUSED);
      assertThat(told).contains(new Authentication.Unavailable("too many password checks wait"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"alice", "alice:plain", ":{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", "alice:"})
  void aLineThatIsWrongIsNamedWithoutItsSecret(String line) throws Exception {
    write("# users\n" + line + "\n");
    assertThatThrownBy(() -> UserFiles.open(file()))
        .isInstanceOfSatisfying(BadLineException.class, e -> assertThat(e.line()).isEqualTo(2))
        .hasMessageNotContaining("plain")
        .hasMessageContaining("expected: NAME:HASH");
  }

  private static PasswordChecker checker(UserFiles files) {
    return new PasswordChecker(files, PasswordChecker.Settings.DEFAULT);
  }

  private Authentication ask(PasswordChecker checker, String user, String password)
      throws Exception {
    return asked(checker, user, password).get(20, TimeUnit.SECONDS);
  }

  private CompletableFuture<Authentication> asked(
      PasswordChecker checker, String user, String password) {
    CompletableFuture<Authentication> told = new CompletableFuture<>();
    checker.authenticate(user, password, loop, told::complete);
    return told;
  }

  private Path file() {
    return folder.resolve("users");
  }

  private void write(String text) throws IOException {
    Files.writeString(file(), text);
  }

  private void htpasswd(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("/usr/bin/htpasswd", "-b"));
    List<String> given = new ArrayList<>(List.of(arguments));
    int options = (int) given.stream().filter(one -> one.startsWith("-")).count();
    given.add(options, file().toString());
    command.addAll(given);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
