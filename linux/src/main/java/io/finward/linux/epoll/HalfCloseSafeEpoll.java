package io.finward.linux.epoll;

import io.netty.channel.Channel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.time.Duration;

/**
 * Decorates {@link EpollIoHandler} so that stock epoll channels relay half-closed connections.
 *
 * <p>Netty 4.2.13 to 4.2.18: when both halves of a channel's interest are off, {@code
 * EpollIoOps.NONE} deletes its descriptor from epoll while the registration still believes it is
 * there. A later large write fails with ENOENT, and a RST after a FIN is never seen. Here NONE
 * becomes EPOLLET alone, which keeps the descriptor, and a channel is closed on EPOLLERR. {@code
 * StockChannelHalfCloseIT} fails undecorated; a Netty that passes it retires this class.
 *
 * <p>Our own {@link EpollIoHandle}s pass through untouched. It also tells {@link BusyPoll} how many
 * events there were, which that needs a decorator for and would need one of its own without this.
 */
public final class HalfCloseSafeEpoll implements IoHandler {
  private final IoHandler delegate;
  private final BusyPoll poll;

  private HalfCloseSafeEpoll(IoHandler delegate, BusyPoll poll) {
    this.delegate = delegate;
    this.poll = poll;
  }

  /** Without busy polling. */
  public static IoHandlerFactory newFactory() {
    return newFactory(Duration.ZERO);
  }

  /**
   * For a {@code MultiThreadIoEventLoopGroup}; each loop gets a decorated handler of its own.
   *
   * @param busyPoll for how long a loop that has one conversation looks again before it sleeps, at
   *     the most; zero for never
   */
  public static IoHandlerFactory newFactory(Duration busyPoll) {
    return new IoHandlerFactory() {
      @Override
      public IoHandler newHandler(ThreadAwareExecutor executor) {
        BusyPoll poll = new BusyPoll(busyPoll.toNanos(), System::nanoTime);
        IoHandlerFactory stock = EpollIoHandler.newFactory(0, () -> poll);
        return new HalfCloseSafeEpoll(stock.newHandler(executor), poll);
      }
    };
  }

  @Override
  public void initialize() {
    delegate.initialize();
  }

  @Override
  public int run(IoHandlerContext context) {
    int handled = delegate.run(context);
    poll.handled(handled);
    return handled;
  }

  @Override
  public void prepareToDestroy() {
    delegate.prepareToDestroy();
  }

  @Override
  public void destroy() {
    delegate.destroy();
  }

  @Override
  public void wakeup() {
    delegate.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> type) {
    return delegate.isCompatible(type);
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    if (handle instanceof Channel.Unsafe channel) {
      return new NeverNone(delegate.register(new ClosedOnError((EpollIoHandle) handle, channel)));
    }
    return delegate.register(handle);
  }

  /** A registration whose descriptor, once in epoll, stays there until it is cancelled. */
  private static final class NeverNone implements IoRegistration {
    private final IoRegistration registration;
    private boolean inEpoll;

    NeverNone(IoRegistration registration) {
      this.registration = registration;
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // IoRegistration declares it so
    public <T> T attachment() {
      return registration.attachment();
    }

    @Override
    public long submit(IoOps ops) {
      IoOps safe = ops;
      if (((EpollIoOps) ops).value() == 0) {
        if (!inEpoll) {
          return 0;
        }
        safe = EpollIoOps.EPOLLET;
      }
      inEpoll = true;
      return registration.submit(safe);
    }

    @Override
    public boolean isValid() {
      return registration.isValid();
    }

    @Override
    public boolean cancel() {
      return registration.cancel();
    }
  }

  /** A channel's handle that closes the channel when the kernel reports an error on it. */
  @SuppressWarnings("try") // close() throws what the handle throws, as IoHandle declares
  private record ClosedOnError(EpollIoHandle handle, Channel.Unsafe channel)
      implements EpollIoHandle {
    @Override
    public FileDescriptor fd() {
      return handle.fd();
    }

    @Override
    public void registered() {
      handle.registered();
    }

    @Override
    public void unregistered() {
      handle.unregistered();
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
      handle.handle(registration, event);
      int events = ((EpollIoEvent) event).ops().value();
      if ((events & EpollEvents.EPOLLERR) != 0 && handle.fd().isOpen()) {
        channel.close(channel.voidPromise());
      }
    }

    @Override
    public void close() throws Exception {
      handle.close();
    }
  }
}
