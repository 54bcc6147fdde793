package io.finward.linux.netns;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import io.finward.linux.libc.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/**
 * A network namespace of its own, made by {@code unshare(CLONE_NEWNET)} on a platform thread that
 * does nothing else and ends with it. Processes started inside {@link #call} are in the namespace,
 * and so are the sockets and netlink sockets opened there and on threads of {@link
 * #threadFactory()}.
 *
 * <p>Needs CAP_SYS_ADMIN. Thread-safe.
 */
public final class NetworkNamespace implements AutoCloseable {
  /** {@code CLONE_NEWNET} of linux/sched.h. */
  private static final int CLONE_NEWNET = 0x40000000;

  private static final int O_RDONLY = 0;
  private static final int O_CLOEXEC = 0x80000;

  private final String name;
  private final ExecutorService thread;
  private final Path path;

  private NetworkNamespace(String name, ExecutorService thread, Path path) {
    this.name = name;
    this.thread = thread;
    this.path = path;
  }

  /**
   * Makes a namespace with its loopback device up.
   *
   * @param name for messages and the thread's name; the kernel does not know it
   * @throws KernelException EPERM without CAP_SYS_ADMIN
   */
  public static NetworkNamespace create(String name) throws IOException {
    ExecutorService thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("netns-" + name).daemon().factory());
    try {
      Path path =
          await(
              thread,
              () -> {
                KernelException.check(Libc.unshare(CLONE_NEWNET), "unshare CLONE_NEWNET");
                long pid = ProcessHandle.current().pid();
                return Path.of("/proc/" + pid + "/task/" + Libc.gettid() + "/ns/net");
              });
      NetworkNamespace namespace = new NetworkNamespace(name, thread, path);
      namespace.run("ip", "link", "set", "lo", "up");
      return namespace;
    } catch (IOException | RuntimeException e) {
      thread.shutdownNow();
      throw e;
    }
  }

  /** Whether this process may make namespaces: tried out, not guessed. */
  public static boolean available() {
    try (NetworkNamespace _ = create("trial")) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Connects two namespaces by a pair of veth devices, both up and without an address. */
  public static void connect(
      NetworkNamespace left, String leftDevice, NetworkNamespace right, String rightDevice)
      throws IOException {
    left.run(
        "ip",
        "link",
        "add",
        leftDevice,
        "type",
        "veth",
        "peer",
        "name",
        rightDevice,
        "netns",
        right.path.toString());
    left.run("ip", "link", "set", leftDevice, "up");
    right.run("ip", "link", "set", rightDevice, "up");
  }

  /** For messages. */
  public String name() {
    return name;
  }

  /** The namespace's file under /proc; tools take it where they take a namespace's name. */
  public Path path() {
    return path;
  }

  /**
   * Runs an action on the namespace's own thread and waits for it.
   *
   * @throws IOException what the action threw, wrapped when it was another checked exception
   */
  public <T> T call(Callable<T> action) throws IOException {
    return await(thread, action);
  }

  /**
   * Runs a command in the namespace and waits for its end.
   *
   * @return its standard output and standard error together
   * @throws IOException when it cannot be started or ends with another code than 0
   */
  public String run(String... command) throws IOException {
    return call(() -> {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException(
            "%s in %s: exit %d: %s"
                .formatted(String.join(" ", command), name, code, output.strip()));
      }
      return output;
    });
  }

  /**
   * Starts a command in the namespace. The kernel ends it when this namespace's thread ends, so
   * that no process outlives a lab that was killed.
   */
  public Process start(ProcessBuilder builder) throws IOException {
    return call(() -> {
      var command = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL"));
      command.addAll(builder.command());
      return builder.command(command).start();
    });
  }

  /** Platform threads inside the namespace, for event loops and blocking helpers of a test. */
  public ThreadFactory threadFactory() {
    return action ->
        Thread.ofPlatform()
            .daemon()
            .name("netns-" + name + "-loop")
            .unstarted(() -> {
              enter();
              action.run();
            });
  }

  /** Moves the calling platform thread into this namespace, for good. */
  public void enter() {
    try (Arena arena = Arena.ofConfined()) {
      int fd = Libc.open(arena.allocateFrom(path.toString()), O_RDONLY | O_CLOEXEC, 0);
      int result = fd < 0 ? fd : Libc.setns(fd, CLONE_NEWNET);
      if (fd >= 0) {
        Libc.close(fd);
      }
      if (result < 0) {
        throw new IllegalStateException("setns " + path + ": " + Errno.name(result));
      }
    }
  }

  /** Ends the namespace's thread; the kernel removes the namespace with its last user. */
  @Override
  public void close() {
    thread.shutdownNow();
  }

  private static <T> T await(ExecutorService thread, Callable<T> action) throws IOException {
    CompletableFuture<T> done = new CompletableFuture<>();
    thread.execute(() -> {
      try {
        done.complete(action.call());
      } catch (Throwable e) {
        done.completeExceptionally(e);
      }
    });
    try {
      return done.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        case null, default -> throw new IOException(e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
