package io.finward.linux.netlink;

import io.finward.linux.libc.Errno;
import io.finward.linux.netlink.NetlinkDescriptor.Received;
import io.finward.linux.netlink.RequestTable.Pending;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A netlink socket on an event loop. Requests may be made from any thread; their answers and all
 * notifications come on the loop.
 *
 * <p>The kernel works on a request within {@code send}, so from the loop an answer is usually
 * complete when the method returns. Another thread may wait for it; the loop itself never may.
 *
 * <p>Only what the kernel itself sent (port 0) is taken.
 */
public final class NetlinkSocket implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NetlinkSocket.class);

  /** Datagrams taken in one turn; then the loop's other work has its chance. */
  private static final int TURN = 64;

  private static final long SWEEP_MILLIS = 250;
  private static final EpollIoOps READABLE = EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLET);

  private final IoEventLoop loop;
  private final NetlinkDescriptor descriptor;
  private final NetlinkListener listener;
  private final long timeoutNanos;
  private final RequestTable requests = new RequestTable();
  private final Handle handle;
  private @Nullable IoRegistration registration;
  private int sequence;
  private boolean draining;
  private boolean sweeping;
  private boolean closed;

  private NetlinkSocket(
      IoEventLoop loop,
      NetlinkDescriptor descriptor,
      NetlinkListener listener,
      NetlinkSettings settings) {
    this.loop = loop;
    this.descriptor = descriptor;
    this.listener = listener;
    this.timeoutNanos = settings.requestTimeout().toNanos();
    this.handle = new Handle();
    this.sequence = (int) System.nanoTime() & 0xffffff;
  }

  /**
   * Opens a socket in the network namespace of the loop's thread.
   *
   * @return fails with {@link io.finward.linux.libc.KernelException} when the kernel refuses
   */
  public static CompletableFuture<NetlinkSocket> open(
      IoEventLoop loop, NetlinkSettings settings, NetlinkListener listener) {
    CompletableFuture<NetlinkSocket> opened = new CompletableFuture<>();
    run(
        loop,
        () -> {
          try {
            NetlinkDescriptor descriptor = NetlinkDescriptor.open(settings);
            new NetlinkSocket(loop, descriptor, listener, settings).register(opened);
          } catch (Throwable e) {
            opened.completeExceptionally(e);
          }
        });
    return opened;
  }

  /** The port the kernel gave this socket; events that our requests caused carry it. */
  public int portId() {
    return descriptor.portId();
  }

  /** The loop that owns this socket. */
  public IoEventLoop loop() {
    return loop;
  }

  /** Asks once; the answer has what the kernel replied. Never completes exceptionally. */
  public CompletableFuture<NetlinkReply> request(NetlinkRequest request) {
    return send(List.of(request), NetlinkRequest.NLM_F_ACK, null);
  }

  /** Asks for a table; each entry goes to {@code each}, on the loop, as it comes. */
  public CompletableFuture<NetlinkReply> dump(
      NetlinkRequest request, Consumer<NetlinkMessage> each) {
    return send(List.of(request), NetlinkRequest.NLM_F_DUMP, each);
  }

  /** Sends nfnetlink messages that are done all or not at all, between BATCH_BEGIN and _END. */
  public CompletableFuture<NetlinkReply> batch(int subsystem, List<NetlinkRequest> messages) {
    if (messages.isEmpty()) {
      return CompletableFuture.completedFuture(new NetlinkReply.Done(List.of(), false));
    }
    List<NetlinkRequest> all = new ArrayList<>(messages.size() + 2);
    all.add(Nfnetlink.begin(subsystem));
    all.addAll(messages);
    all.add(Nfnetlink.end(subsystem));
    return send(all, NetlinkRequest.NLM_F_ACK, null);
  }

  /**
   * Closes the socket; what waits is {@link NetlinkReply.Lost}. Any thread, any number of times.
   */
  @Override
  public void close() {
    run(loop, this::closeOnLoop);
  }

  private CompletableFuture<NetlinkReply> send(
      List<NetlinkRequest> messages, int flags, @Nullable Consumer<NetlinkMessage> stream) {
    if (loop.inEventLoop()) {
      return sendOnLoop(messages, flags, stream);
    }
    CompletableFuture<NetlinkReply> reply = new CompletableFuture<>();
    try {
      loop.execute(() -> {
        var _ = sendOnLoop(messages, flags, stream).thenAccept(reply::complete);
      });
    } catch (java.util.concurrent.RejectedExecutionException e) {
      reply.complete(new NetlinkReply.Lost("event loop is shut down"));
    }
    return reply;
  }

  private CompletableFuture<NetlinkReply> sendOnLoop(
      List<NetlinkRequest> messages, int flags, @Nullable Consumer<NetlinkMessage> stream) {
    if (closed) {
      return CompletableFuture.completedFuture(new NetlinkReply.Lost("netlink socket closed"));
    }
    int first = sequence;
    sequence += messages.size();
    // The END of a batch is not acknowledged by all kernels: its last real message ends it.
    int last = messages.size() == 1 ? first : sequence - 2;
    Pending pending = new Pending(first, last, System.nanoTime() + timeoutNanos, stream);
    requests.add(pending);
    int result = descriptor.send(messages, flags, first);
    if (result < 0) {
      requests.refuse(pending, -result);
      return pending.reply();
    }
    drain();
    if (!requests.isEmpty() && !sweeping) {
      sweeping = true;
      var _ = loop.schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }
    return pending.reply();
  }

  private void sweep() {
    requests.expire(System.nanoTime());
    sweeping = !requests.isEmpty();
    if (sweeping) {
      var _ = loop.schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /** Takes what is there. A callback may ask again, which must not take the next datagram first. */
  private void drain() {
    if (draining) {
      return;
    }
    draining = true;
    try {
      for (int i = 0; i < TURN && !closed; i++) {
        // No switch: what javac makes of one over types takes 5 ms to link, at every start.
        Received received = descriptor.receive();
        if (received instanceof Received.Datagram datagram) {
          dispatch(datagram);
        } else if (received instanceof Received.Overrun) {
          overrun();
        } else {
          if (received instanceof Received.Failed failed) {
            log.error("netlink receive: {}", Errno.name(failed.errno()));
          }
          return;
        }
      }
    } finally {
      draining = false;
    }
    // Edge-triggered: what is left would never be announced again.
    if (!closed) {
      loop.execute(this::drain);
    }
  }

  private void dispatch(Received.Datagram datagram) {
    for (NetlinkMessage message : datagram.messages()) {
      try {
        if (datagram.group() != 0 || !requests.accept(message)) {
          notify(message);
        }
      } catch (RuntimeException e) {
        log.error("netlink listener failed at {}", message, e);
      }
    }
  }

  private void notify(NetlinkMessage message) {
    switch (message.type()) {
      case NetlinkMessage.NLMSG_NOOP, NetlinkMessage.NLMSG_ERROR, NetlinkMessage.NLMSG_DONE -> {}
      default -> listener.onMessage(message);
    }
  }

  private void overrun() {
    requests.interruptAll();
    try {
      listener.onOverrun();
    } catch (RuntimeException e) {
      log.error("netlink listener failed at an overrun", e);
    }
  }

  private void register(CompletableFuture<NetlinkSocket> opened) {
    loop.register(handle)
        .addListener(done -> {
          if (done.isSuccess()) {
            registration = (IoRegistration) done.getNow();
            registration.submit(READABLE);
            opened.complete(this);
          } else {
            descriptor.close();
            opened.completeExceptionally(done.cause());
          }
        });
  }

  private void closeOnLoop() {
    if (closed) {
      return;
    }
    closed = true;
    if (registration != null) {
      registration.cancel();
    }
    descriptor.close();
    requests.closeAll();
  }

  private static void run(IoEventLoop loop, Runnable action) {
    if (loop.inEventLoop()) {
      action.run();
    } else {
      loop.execute(action);
    }
  }

  /** The loop's view of the socket. Nothing may escape from it: Netty would sleep a second. */
  private final class Handle implements EpollIoHandle {
    private final FileDescriptor fd = new FileDescriptor(descriptor.fd());

    @Override
    public FileDescriptor fd() {
      return fd;
    }

    @Override
    public void handle(IoRegistration from, IoEvent event) {
      try {
        drain();
      } catch (Throwable e) {
        log.error("netlink socket failed", e);
      }
    }

    @Override
    public void close() {
      closeOnLoop();
    }
  }
}
