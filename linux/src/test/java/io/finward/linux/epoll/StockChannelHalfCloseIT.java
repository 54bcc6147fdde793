package io.finward.linux.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What Netty's stock epoll channels do with half-closed connections, with our decorator and
 * without. When {@link #stockNettyStillNeedsTheDecorator} fails, Netty has been mended: retire
 * {@link HalfCloseSafeEpoll}.
 */
@Timeout(60)
class StockChannelHalfCloseIT {
  private static final int ANSWER = 20 << 20;

  @Test
  void aLargeAnswerAfterTheClientsFinArrivesWhole() throws Exception {
    try (Echo echo = new Echo(HalfCloseSafeEpoll.newFactory(), true)) {
      assertThat(echo.answerAfterFin()).isEqualTo(ANSWER);
    }
  }

  @Test
  void stockNettyStillNeedsTheDecorator() throws Exception {
    try (Echo echo = new Echo(EpollIoHandler.newFactory(), true)) {
      assertThat(echo.answerAfterFin()).isLessThan(ANSWER);
    }
  }

  @Test
  void aResetAfterAFinIsSeen() throws Exception {
    try (Echo echo = new Echo(HalfCloseSafeEpoll.newFactory(), false)) {
      echo.finThenReset();
      await().until(echo.inactive::get);
    }
  }

  @Test
  void aResetAfterAFinCostsNoCpu() throws Exception {
    try (Echo echo = new Echo(HalfCloseSafeEpoll.newFactory(), false)) {
      echo.finThenReset();
      await().until(echo.inactive::get);
      long before = echo.loopCpuNanos();
      await().pollDelay(Duration.ofMillis(400)).until(() -> true);
      // A spinning loop would have used all of it.
      assertThat(echo.loopCpuNanos() - before).isLessThan(TimeUnit.MILLISECONDS.toNanos(200));
    }
  }

  @Test
  void bytesAheadOfAFinAreReadBeforeIt() throws Exception {
    try (Echo echo = new Echo(HalfCloseSafeEpoll.newFactory(), false)) {
      try (Socket client = echo.connect()) {
        client.getOutputStream().write(new byte[100_000]);
        client.shutdownOutput();
        await().until(echo.inputEnded::get);
        assertThat(echo.received.get()).isEqualTo(100_000);
      }
    }
  }

  @Test
  void urgentDataBeforeAFinDoesNotHideTheFin() throws Exception {
    try (Echo echo = new Echo(HalfCloseSafeEpoll.newFactory(), false)) {
      try (Socket client = echo.connect()) {
        client.getOutputStream().write(new byte[1000]);
        client.sendUrgentData('!');
        client.getOutputStream().write(new byte[1000]);
        client.shutdownOutput();
        await().until(echo.inputEnded::get);
        assertThat(echo.received.get()).isEqualTo(2000);
      }
    }
  }

  /**
   * A server of one stock channel that reads to the FIN and then, if asked to, writes its answer.
   */
  private static final class Echo extends ChannelInboundHandlerAdapter implements AutoCloseable {
    final AtomicBoolean inactive = new AtomicBoolean();
    final AtomicBoolean inputEnded = new AtomicBoolean();
    final AtomicBoolean answering = new AtomicBoolean();
    final AtomicInteger received = new AtomicInteger();
    private final boolean answers;
    private final MultiThreadIoEventLoopGroup group;
    private final Channel server;

    Echo(IoHandlerFactory factory, boolean answers) throws InterruptedException {
      this.answers = answers;
      group = new MultiThreadIoEventLoopGroup(1, factory);
      server =
          new ServerBootstrap()
              .group(group)
              .channel(EpollServerSocketChannel.class)
              .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
              .childHandler(this)
              .bind(InetAddress.getLoopbackAddress(), 0)
              .sync()
              .channel();
    }

    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      received.addAndGet(bytes.readableBytes());
      bytes.release();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof ChannelInputShutdownReadComplete && !inputEnded.getAndSet(true)) {
        if (answers) {
          // Later, when Netty has taken the channel's interest off: that is where it goes wrong.
          var _ = context.executor().schedule(() -> answer(context), 100, TimeUnit.MILLISECONDS);
        }
      }
    }

    private void answer(ChannelHandlerContext context) {
      var _ =
          context
              .writeAndFlush(context.alloc().directBuffer(ANSWER).writeZero(ANSWER))
              .addListener(ChannelFutureListener.CLOSE);
      answering.set(true);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      inactive.set(true);
    }

    Socket connect() throws IOException {
      InetSocketAddress address = (InetSocketAddress) server.localAddress();
      Socket client = new Socket(address.getAddress(), address.getPort());
      client.setSoTimeout(10_000);
      return client;
    }

    long answerAfterFin() throws IOException {
      try (Socket client = connect()) {
        client.getOutputStream().write('?');
        client.shutdownOutput();
        // Nobody reads before the socket buffers are full, so the rest must wait for EPOLLOUT.
        await().until(answering::get);
        InputStream in = client.getInputStream();
        byte[] buffer = new byte[65536];
        long total = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          total += n;
        }
        return total;
      }
    }

    void finThenReset() throws IOException {
      try (Socket client = connect()) {
        client.getOutputStream().write('?');
        client.shutdownOutput();
        await().until(inputEnded::get);
        client.setSoLinger(true, 0);
      }
    }

    long loopCpuNanos() throws Exception {
      return group
          .submit(() -> ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime())
          .get();
    }

    @Override
    public void close() {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }
}
