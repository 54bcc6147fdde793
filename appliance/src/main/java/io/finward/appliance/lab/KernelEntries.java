package io.finward.appliance.lab;

import io.finward.conntrack.client.ConntrackClient;
import io.finward.conntrack.client.ConntrackClient.Direction;
import io.finward.conntrack.client.ConntrackListener;
import io.finward.conntrack.message.ConntrackEntry;
import io.finward.conntrack.message.Tuple;
import io.finward.linux.netns.NetworkNamespace;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The entries of a namespace's conntrack table, one by one. Thread-safe; every call waits. */
final class KernelEntries implements AutoCloseable {
  private final MultiThreadIoEventLoopGroup loops;
  private final ConntrackClient client;

  private KernelEntries(MultiThreadIoEventLoopGroup loops, ConntrackClient client) {
    this.loops = loops;
    this.client = client;
  }

  static KernelEntries of(NetworkNamespace namespace) throws IOException {
    var loops =
        new MultiThreadIoEventLoopGroup(1, namespace.threadFactory(), EpollIoHandler.newFactory());
    try {
      return new KernelEntries(loops, ConntrackClient.open(loops.next(), new Deaf()).join());
    } catch (CompletionException e) {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
      throw new IOException(e.getCause());
    }
  }

  /** The entry that was opened with this tuple, if there is one. */
  @Nullable ConntrackEntry of(Tuple original) {
    return client.get(Direction.ORIGINAL, original).join();
  }

  /** Deletes an entry; one that is not there is as good. */
  void forget(Tuple original) {
    var _ = client.delete(original).join();
  }

  @Override
  public void close() {
    client.close();
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static final class Deaf implements ConntrackListener {
    @Override
    public void onDestroy(ConntrackEntry entry, boolean byRequest, boolean ours) {}

    @Override
    public void onLost() {}
  }
}
