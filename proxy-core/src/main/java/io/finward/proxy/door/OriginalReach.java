package io.finward.proxy.door;

import io.finward.linux.epoll.EpollEvents;
import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import io.finward.linux.socket.StreamSocket;
import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.upstream.Reached;
import io.finward.proxy.upstream.Reaching;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reaches for the one address that an intercepted client meant. Belongs to the loop. */
final class OriginalReach implements Reaching {
  private final ClientTalk talk;
  private final Consumer<Reached> told;
  private @Nullable TcpSocket socket;
  private @Nullable Future<?> deadline;
  private boolean over;

  OriginalReach(ClientTalk talk, Consumer<Reached> told) {
    this.talk = talk;
    this.told = told;
  }

  void begin() {
    try {
      TcpSocket begun = talk.session.dial();
      socket = begun;
      deadline =
          talk.home
              .loop()
              .schedule(
                  () -> failed(Errno.ETIMEDOUT),
                  talk.settings.connect().toMillis(),
                  TimeUnit.MILLISECONDS);
      begun.register(talk.home.loop(), this::ready);
    } catch (KernelException e) {
      failed(e.errno());
    }
  }

  private void ready(StreamSocket begun, int events) {
    if (over) {
      return;
    }
    if ((events & (EpollEvents.EPOLLERR | EpollEvents.EPOLLHUP)) != 0) {
      int error = begun.takeError();
      failed(error == 0 ? Errno.ECONNREFUSED : error);
    } else if ((events & EpollEvents.EPOLLOUT) != 0) {
      socket = null;
      end();
      told.accept(
          new Reached.Connected(
              begun, talk.session.originalDestination(), null, Unpooled.EMPTY_BUFFER));
    }
  }

  private void failed(int errno) {
    if (!over) {
      end();
      told.accept(new Reached.Failed(errno));
    }
  }

  @Override
  public void cancel() {
    if (!over) {
      end();
    }
  }

  private void end() {
    over = true;
    Future<?> running = deadline;
    if (running != null) {
      running.cancel(false);
    }
    TcpSocket left = socket;
    if (left != null) {
      socket = null;
      left.close();
    }
  }
}
