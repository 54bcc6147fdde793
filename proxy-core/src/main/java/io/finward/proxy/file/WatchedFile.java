package io.finward.proxy.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was read from a file, and is read again when the file has changed. A file that is broken or
 * gone leaves the last good value in place, and says so once for each change.
 *
 * <p>{@link #value} may be asked anywhere and never blocks; {@link #check} reads, and belongs to
 * one thread that may.
 *
 * @param <T> immutable
 */
public final class WatchedFile<T> {
  private static final Logger LOG = LoggerFactory.getLogger("files");

  /** By which a change is seen: a file replaced within a clock tick has another inode. */
  private record Stamp(long modifiedNanos, long size, @Nullable Object inode) {}

  /** A value and the number of times one was read before it. */
  private record Reading<T>(T value, long generation) {}

  private final Path path;
  private final FileParser<T> parser;
  private final AtomicReference<Reading<T>> current;
  private @Nullable Stamp seen;

  private WatchedFile(Path path, FileParser<T> parser, Stamp seen, T value) {
    this.path = path;
    this.parser = parser;
    this.seen = seen;
    this.current = new AtomicReference<>(new Reading<>(value, 0));
  }

  /**
   * Reads the file for the first time.
   *
   * @throws IOException when it cannot be read
   * @throws BadLineException when something is wrong in it
   */
  public static <T> WatchedFile<T> open(Path path, FileParser<T> parser)
      throws IOException, BadLineException {
    Stamp stamp = stamp(path);
    return new WatchedFile<>(path, parser, stamp, read(path, parser));
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** What was read last. */
  public T value() {
    return current.get().value();
  }

  /** Grows with every value, from 0. */
  public long generation() {
    return current.get().generation();
  }

  /** Reads the file again when it has changed. Blocks. */
  public void check() {
    try {
      Stamp now = stamp(path);
      if (now.equals(seen)) {
        return;
      }
      seen = now;
      T value = read(path, parser);
      current.set(new Reading<>(value, current.get().generation() + 1));
      LOG.info("{}: read again", path);
    } catch (BadLineException e) {
      LOG.error("{}:{}: {}; what was read before stays", path, e.line(), e.getMessage());
    } catch (IOException e) {
      if (seen != null) {
        LOG.error("{}: {}; what was read before stays", path, e.toString());
      }
      seen = null;
    }
  }

  private static <T> T read(Path path, FileParser<T> parser) throws IOException, BadLineException {
    // The decoder of a reader replaces what is no UTF-8; Files.newBufferedReader's would throw.
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(path), StandardCharsets.UTF_8), 1 << 16)) {
      return parser.parse(lines);
    }
  }

  private static Stamp stamp(Path path) throws IOException {
    BasicFileAttributes is = Files.readAttributes(path, BasicFileAttributes.class);
    return new Stamp(is.lastModifiedTime().to(TimeUnit.NANOSECONDS), is.size(), is.fileKey());
  }
}
