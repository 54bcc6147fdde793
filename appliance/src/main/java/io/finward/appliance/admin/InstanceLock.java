package io.finward.appliance.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second instance of one configuration away: SO_REUSEPORT alone would let it join silently
 * and take half of the connections. The kernel gives the lock back when the process dies, however
 * it dies; the file stays, because removing it would let two instances lock two files of one name.
 */
public final class InstanceLock implements AutoCloseable {
  private final FileChannel file;

  private InstanceLock(FileChannel file) {
    this.file = file;
  }

  /**
   * Takes the lock beside an admin socket.
   *
   * @throws AnotherInstanceException when somebody has it
   */
  public static InstanceLock beside(Path socket) throws IOException {
    Path path = socket.resolveSibling(socket.getFileName() + ".lock");
    FileChannel file = open(path);
    boolean locked = false;
    try {
      if (tryLock(file) == null) {
        throw new AnotherInstanceException(pid(path));
      }
      file.truncate(0);
      file.write(UTF_8.encode(Long.toString(ProcessHandle.current().pid())), 0);
      locked = true;
      return new InstanceLock(file);
    } finally {
      if (!locked) {
        file.close();
      }
    }
  }

  private static FileChannel open(Path path) throws IOException {
    try {
      Path folder = path.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      return FileChannel.open(
          path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (AccessDeniedException e) {
      throw new IOException(
          "%s: permission denied (expected: admin.socket in a folder this user may write)"
              .formatted(e.getFile()),
          e);
    } catch (IOException e) {
      throw new IOException(
          "%s: %s (expected: admin.socket in a folder this user may write)"
              .formatted(path, e.getClass().getSimpleName()),
          e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException _) {
      return null; // held by this very process
    }
  }

  private static String pid(Path path) throws IOException {
    ByteBuffer text = ByteBuffer.wrap(Files.readAllBytes(path));
    return UTF_8.decode(text).toString().strip();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  /** Somebody runs with this configuration already. */
  public static final class AnotherInstanceException extends IOException {
    private static final long serialVersionUID = 1L;

    AnotherInstanceException(String pid) {
      super("another instance is running (pid %s)".formatted(pid.isEmpty() ? "unknown" : pid));
    }
  }
}
