package io.finward.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.finward.proxy.file.BadLineException;
import io.finward.proxy.file.FileWatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class NameListFileTest {
  @TempDir private Path folder;

  @Test
  void readsNamesAndPassesOverComments() throws Exception {
    Path file = write("# ads\n\nads.example # the worst\n  .track.example\r\n*.cdn.example\n");
    NameSet names = NameListFile.open(file).names();
    assertThat(names.size()).isEqualTo(3);
    assertThat(names.contains("ads.example")).isTrue();
    assertThat(names.contains("a.track.example")).isTrue();
    assertThat(names.contains("cdn.example")).isFalse();
  }

  @Test
  void namesTheFirstLineThatIsWrong() throws Exception {
    Path file = write("a.example\nhttp://b.example/\nc d\n");
    assertThatThrownBy(() -> NameListFile.open(file))
        .isInstanceOfSatisfying(BadLineException.class, e -> assertThat(e.line()).isEqualTo(2))
        .hasMessage(
            "\"http://b.example/\" (expected: a host name, as in www.example.org, .example.org or"
                + " *.example.org)");
  }

  @Test
  void isReadAgainWhenItHasChanged() throws Exception {
    Path file = write("a.example\n");
    NameListFile list = NameListFile.open(file);
    try (FileWatch _ = FileWatch.start(List.of(list.file()), Duration.ofMillis(20))) {
      write("longer.example\n");
      await().until(() -> list.names().contains("longer.example"));
      assertThat(list.names().contains("a.example")).isFalse();
    }
  }

  @Test
  void aBrokenOrMissingFileLeavesWhatWasReadBefore() throws Exception {
    Path file = write("a.example\n");
    NameListFile list = NameListFile.open(file);
    write("not a name\n");
    list.file().check();
    assertThat(list.names().contains("a.example")).isTrue();
    Files.delete(file);
    list.file().check();
    assertThat(list.names().contains("a.example")).isTrue();
    write("b.example\n");
    list.file().check();
    assertThat(list.names().contains("b.example")).isTrue();
  }

  private Path write(String text) throws Exception {
    return Files.writeString(folder.resolve("names.txt"), text);
  }
}
