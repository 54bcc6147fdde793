package io.finward.proxy.user;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.util.concurrent.EventExecutor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks passwords against {@link UserFiles} on a few threads of its own, and remembers those that
 * were right for a while: by a hash of user, password and a secret salt that ends with the process.
 * Wrong ones are not remembered. The same question asked again while it is being answered waits for
 * that answer. A users' file that has changed makes all be forgotten.
 *
 * <p>Thread-safe.
 */
public final class PasswordChecker implements Authenticator, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("users");
  private static final Authentication REFUSED = new Authentication.Refused();

  /**
   * How much it may do and remember.
   *
   * @param remembered for how long a right password is remembered
   * @param entries how many are remembered; 1 or more
   * @param threads that check; 1 or more
   * @param waiting how many checks may wait for a thread; 1 or more; past it the answer is {@link
   *     Authentication.Unavailable}
   */
  public record Settings(Duration remembered, int entries, int threads, int waiting) {
    /** Five minutes, 10,000 users, 2 threads, 256 checks. */
    public static final Settings DEFAULT = new Settings(Duration.ofMinutes(5), 10_000, 2, 256);
  }

  private final UserFiles files;
  private final ThreadPoolExecutor threads;
  private final Cache<ByteBuffer, Boolean> right;
  private final ConcurrentMap<ByteBuffer, CompletableFuture<Authentication>> underWay =
      new ConcurrentHashMap<>();
  private final byte[] salt = new byte[32];

  /** Begins without any remembered. */
  public PasswordChecker(UserFiles files, Settings settings) {
    this.files = files;
    this.threads =
        new ThreadPoolExecutor(
            settings.threads(),
            settings.threads(),
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(settings.waiting()),
            Thread.ofPlatform().name("finward-users-", 0).daemon().factory());
    this.threads.allowCoreThreadTimeOut(true);
    this.right =
        Caffeine.newBuilder()
            .expireAfterWrite(settings.remembered())
            .maximumSize(settings.entries())
            .executor(Runnable::run)
            .build();
    new SecureRandom().nextBytes(salt);
  }

  @Override
  public void authenticate(
      String user, String password, EventExecutor loop, Consumer<Authentication> answer) {
    ByteBuffer key = key(user, password);
    if (right.getIfPresent(key) != null) {
      tell(loop, answer, new Authentication.Authenticated(files.groupsOf(user)));
      return;
    }
    CompletableFuture<Authentication> mine = new CompletableFuture<>();
    CompletableFuture<Authentication> earlier = underWay.putIfAbsent(key, mine);
    CompletableFuture<Authentication> check = earlier == null ? mine : earlier;
    var _ = check.thenAccept(result -> tell(loop, answer, result));
    if (earlier == null) {
      try {
        threads.execute(() -> finish(key, mine, checked(key, user, password)));
      } catch (RejectedExecutionException _) {
        finish(key, mine, new Authentication.Unavailable("too many password checks wait"));
      }
    }
  }

  private void finish(
      ByteBuffer key, CompletableFuture<Authentication> check, Authentication result) {
    underWay.remove(key, check);
    check.complete(result);
  }

  private Authentication checked(ByteBuffer key, String user, String password) {
    try {
      if (!files.matches(user, password)) {
        return REFUSED;
      }
      right.put(key, true);
      return new Authentication.Authenticated(files.groupsOf(user));
    } catch (RuntimeException e) {
      LOG.error("a bug while a password was checked", e);
      return new Authentication.Unavailable("a password check failed");
    }
  }

  private static void tell(
      EventExecutor loop, Consumer<Authentication> answer, Authentication result) {
    if (loop.inEventLoop()) {
      answer.accept(result);
    } else {
      loop.execute(() -> answer.accept(result));
    }
  }

  /** The salt first and the user's length: nothing else has the same text. */
  private ByteBuffer key(String user, String password) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] name = user.getBytes(StandardCharsets.UTF_8);
      digest.update(salt);
      digest.update(ByteBuffer.allocate(12).putLong(files.generation()).putInt(name.length).flip());
      digest.update(name);
      return ByteBuffer.wrap(digest.digest(password.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Ends the threads; checks that wait are answered with {@link Authentication.Unavailable}. */
  @Override
  public void close() {
    threads.shutdownNow();
    underWay.forEach(
        (key, check) -> finish(key, check, new Authentication.Unavailable("Finward is stopping")));
  }
}
