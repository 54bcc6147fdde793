package io.finward.appliance.accesslog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A file, to which is appended. It is opened again when told so, and when the name belongs to
 * another file: a line that is written to a file which nobody can find would be lost without a
 * word.
 */
final class FileSink implements Sink {
  private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("rw-r-----");
  private static final long LOOK_NANOS = 1_000_000_000;

  private final Path path;
  private final LongSupplier clock;
  private @Nullable FileChannel channel;
  private @Nullable Object key;
  private long lookedNanos;
  private boolean missing;

  /** Whether the last line that was written has no end. */
  private boolean broken;

  private FileSink(Path path, LongSupplier clock) {
    this.path = path;
    this.clock = clock;
  }

  /**
   * Opens the file, or makes it with mode 0640.
   *
   * @param clock {@link System#nanoTime}, but in tests
   * @throws IOException in words for the operator
   */
  static FileSink open(Path path, LongSupplier clock) throws IOException {
    FileSink sink = new FileSink(path, clock);
    try {
      sink.openFile();
    } catch (IOException e) {
      throw new IOException("file:%s: %s".formatted(path, reason(e)), e);
    }
    return sink;
  }

  @Override
  public Written write(List<byte[]> lines) {
    int written = 0;
    try {
      look();
      FileChannel out = channel == null ? openFile() : channel;
      if (broken) {
        out.write(ByteBuffer.wrap(new byte[] {'\n'}));
        broken = false;
      }
      ByteBuffer all = joined(lines);
      try {
        while (all.hasRemaining()) {
          out.write(all);
        }
      } finally {
        written = whole(lines, all.position());
      }
      return new Written(written, null);
    } catch (IOException e) {
      return new Written(written, reason(e));
    }
  }

  @Override
  public void reopen() {
    FileChannel old = channel;
    try {
      openFile();
      close(old);
    } catch (IOException _) {
      channel = old; // renamed or not, it takes lines; the next look finds out
    }
  }

  @Override
  public void close() {
    close(channel);
    channel = null;
  }

  /** Whether the name still belongs to our file. A rename is given a second to be completed. */
  private void look() throws IOException {
    long now = clock.getAsLong();
    if (channel == null || now - lookedNanos < LOOK_NANOS) {
      return;
    }
    lookedNanos = now;
    Object found;
    try {
      found = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException _) {
      found = null;
    }
    boolean waits = found == null && !missing;
    missing = found == null;
    if (!waits && !Objects.equals(found, key)) {
      close();
      openFile();
    }
  }

  private FileChannel openFile() throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path) && !path.startsWith("/dev")) {
      throw new IOException("is no regular file");
    }
    FileChannel opened;
    try {
      opened =
          FileChannel.open(
              path,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND),
              PosixFilePermissions.asFileAttribute(MODE));
      Files.setPosixFilePermissions(path, MODE); // whatever the umask
    } catch (FileAlreadyExistsException _) {
      opened = FileChannel.open(path, StandardOpenOption.APPEND);
    }
    channel = opened;
    broken = false;
    missing = false;
    key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    lookedNanos = clock.getAsLong();
    return opened;
  }

  private static ByteBuffer joined(List<byte[]> lines) {
    ByteBuffer all = ByteBuffer.allocate(lines.stream().mapToInt(line -> line.length).sum());
    lines.forEach(all::put);
    return all.flip();
  }

  /** How many lines are whole in the first bytes; remembers whether one is cut. */
  private int whole(List<byte[]> lines, int bytes) {
    int count = 0;
    int left = bytes;
    for (byte[] line : lines) {
      if (left < line.length) {
        break;
      }
      left -= line.length;
      count++;
    }
    broken = left > 0;
    return count;
  }

  private static void close(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException _) {
      // What it had to write is written or counted.
    }
  }

  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such directory";
    }
    String reason = e instanceof FileSystemException failed ? failed.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }
}
