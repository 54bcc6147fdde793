package io.finward.appliance.admin;

import io.finward.appliance.text.AddressText;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The admin API's doors: a Unix domain socket that only its owner may open, and a TCP address that
 * may not change anything. One thread of its own serves both, so that a busy gateway still answers
 * and a busy asker does not slow the gateway.
 *
 * <p>Open and close are for one thread; they block for moments.
 */
public final class AdminServer implements AutoCloseable {
  private static final int LARGEST_REQUEST = 8 * 1024;
  private static final int IDLE_SECONDS = 60;

  private final AdminApi api;
  private final MultiThreadIoEventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("admin", true), NioIoHandler.newFactory());
  private final List<Channel> doors = new ArrayList<>();

  /** Opens nothing yet. */
  public AdminServer(AdminApi api) {
    this.api = api;
  }

  /**
   * Opens the Unix socket. A file of that name is a dead instance's and replaced: whoever calls
   * holds the instance lock.
   */
  public void openSocket(Path path) throws IOException {
    // Bound under another name and renamed once its mode is right, so that it never is open to all.
    Path unfinished = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(unfinished);
    bind(NioServerDomainSocketChannel.class, UnixDomainSocketAddress.of(unfinished), true);
    Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
    Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Opens the TCP address; answers the one that was bound. */
  public InetSocketAddress openHttp(InetSocketAddress address) throws IOException {
    try {
      return (InetSocketAddress) bind(NioServerSocketChannel.class, address, false).localAddress();
    } catch (IOException e) {
      throw new IOException(
          "admin.http = %s: %s".formatted(AddressText.format(address), e.getMessage()), e);
    }
  }

  private Channel bind(
      Class<? extends ServerChannel> type, SocketAddress address, boolean mayChange)
      throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channel(type)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    connection
                        .pipeline()
                        .addLast("timeout", new ReadTimeoutHandler(IDLE_SECONDS))
                        .addLast("http", new HttpServerCodec())
                        .addLast("whole", new HttpObjectAggregator(LARGEST_REQUEST))
                        .addLast("admin", new AdminHandler(api, mayChange));
                  }
                })
            .bind(address)
            .awaitUninterruptibly();
    if (bound.cause() instanceof IOException cause) {
      throw cause;
    }
    if (bound.cause() != null) {
      throw new IOException(bound.cause());
    }
    doors.add(bound.channel());
    return bound.channel();
  }

  @Override
  public void close() {
    // A loop that ends (seen with Netty 4.2.18, about every second time) leaves listening NIO
    // sockets
    // open in the kernel when they were not closed before: clients would connect and wait.
    doors.forEach(door -> door.close().awaitUninterruptibly());
    loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
