package io.finward.appliance.wiring;

import io.finward.appliance.config.FinwardConfig;
import io.finward.conntrack.ShadowConntrack;
import io.finward.conntrack.ShadowListener;
import io.finward.conntrack.ShadowSettings;
import io.finward.nat.codec.LogPrefix;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** The shadow conntrack and its loop, which come up while rules are put in place. */
final class StartingShadow implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup group;
  private final CompletableFuture<ShadowConntrack> starting;

  private StartingShadow(
      MultiThreadIoEventLoopGroup group, CompletableFuture<ShadowConntrack> starting) {
    this.group = group;
    this.starting = starting;
  }

  /**
   * Begins the start, in the network namespace of the calling thread.
   *
   * @param loops of the proxy; each gets a shard
   * @param listener told from now on
   */
  static StartingShadow begin(
      FinwardConfig config, List<IoEventLoop> loops, ShadowListener listener) {
    MultiThreadIoEventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            1, new LoopThreads("finward-conntrack-"), EpollIoHandler.newFactory());
    ShadowSettings settings =
        new ShadowSettings(
            config.rules().nflogGroup(),
            config.halfClose().park(),
            !config.rules().lease(),
            LogPrefix.REMAPPED,
            LogPrefix.REUSE,
            LogPrefix.REUSE_UNTRACKED,
            config.rules().tproxyMark(),
            config.rules().upstreamMark(),
            config.limits().tableAlarm() / 100.0,
            config.limits().tableRefuse() / 100.0);
    return new StartingShadow(
        group, ShadowConntrack.start(group.next(), loops, settings, listener));
  }

  /**
   * The started one; waits for it.
   *
   * @throws IOException what the kernel refused
   */
  ShadowConntrack await() throws IOException {
    try {
      return starting.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException refused) {
        throw refused;
      }
      throw e;
    }
  }

  /** Ends it and its loop; one that is still starting is waited for. */
  @Override
  public void close() {
    var _ = starting.thenAccept(ShadowConntrack::close).exceptionally(_ -> null).join();
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
