package io.finward.appliance.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** On a real file system. */
@Timeout(30)
class FileSinkTest {
  private static final long SECOND = 1_000_000_000;

  @TempDir private Path folder;
  private final AtomicLong clock = new AtomicLong();

  @Test
  void appendsToAFileThatOnlyItsGroupMayRead() throws Exception {
    Path log = folder.resolve("access.log");
    try (FileSink sink = FileSink.open(log, clock::get)) {
      assertThat(write(sink, "one")).isEqualTo(new Sink.Written(1, null));
    }
    try (FileSink sink = FileSink.open(log, clock::get)) {
      write(sink, "two", "three");
    }
    assertThat(log).content().isEqualTo("one\ntwo\nthree\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log)))
        .isEqualTo("rw-r-----");
  }

  @Test
  void writesToTheRenamedFileUntilItIsToldToReopen() throws Exception {
    Path log = folder.resolve("access.log");
    Path rotated = folder.resolve("access.log.1");
    try (FileSink sink = FileSink.open(log, clock::get)) {
      write(sink, "one");
      Files.move(log, rotated);
      write(sink, "two");
      sink.reopen();
      write(sink, "three");
    }
    assertThat(rotated).content().isEqualTo("one\ntwo\n");
    assertThat(log).content().isEqualTo("three\n");
  }

  @Test
  void noticesByItselfWhenTheNameBelongsToAnotherFile() throws Exception {
    Path log = folder.resolve("access.log");
    try (FileSink sink = FileSink.open(log, clock::get)) {
      write(sink, "one");
      Files.move(log, folder.resolve("access.log.1"));
      Files.createFile(log);
      clock.addAndGet(SECOND);
      write(sink, "two");
    }
    assertThat(log).content().isEqualTo("two\n");
  }

  @Test
  void givesARenameASecondBeforeItMakesAFile() throws Exception {
    Path log = folder.resolve("access.log");
    try (FileSink sink = FileSink.open(log, clock::get)) {
      Files.delete(log);
      clock.addAndGet(SECOND);
      write(sink, "one");
      assertThat(log).doesNotExist();
      clock.addAndGet(SECOND);
      write(sink, "two");
      assertThat(log).content().isEqualTo("two\n");
    }
  }

  @Test
  void losesLinesWhileTheDirectoryIsGoneAndWritesThemWhenItIsBack() throws Exception {
    Path directory = Files.createDirectory(folder.resolve("logs"));
    Path log = directory.resolve("access.log");
    try (FileSink sink = FileSink.open(log, clock::get)) {
      Files.delete(log);
      Files.delete(directory);
      clock.addAndGet(SECOND);
      write(sink, "to the file that has no name");
      clock.addAndGet(SECOND);
      assertThat(write(sink, "one")).isEqualTo(new Sink.Written(0, "no such directory"));
      sink.reopen();
      assertThat(write(sink, "two")).isEqualTo(new Sink.Written(0, "no such directory"));
      Files.createDirectory(directory);
      assertThat(write(sink, "three")).isEqualTo(new Sink.Written(1, null));
    }
    assertThat(log).content().isEqualTo("three\n");
  }

  @Test
  void aFullDiskIsAnAnswerAndNoException() throws Exception {
    try (FileSink sink = FileSink.open(Path.of("/dev/full"), clock::get)) {
      assertThat(write(sink, "one", "two"))
          .isEqualTo(new Sink.Written(0, "No space left on device"));
    }
  }

  @Test
  void refusesToBeginWithoutADirectoryOrWithAPipe() throws Exception {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> FileSink.open(folder.resolve("none/access.log"), clock::get))
        .withMessage("file:%s/none/access.log: no such directory", folder);
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> FileSink.open(pipe, clock::get))
        .withMessage("file:%s: is no regular file", pipe);
  }

  private static Sink.Written write(Sink sink, String... lines) {
    return sink.write(
        List.of(lines).stream()
            .map(line -> (line + "\n").getBytes(StandardCharsets.US_ASCII))
            .toList());
  }
}
