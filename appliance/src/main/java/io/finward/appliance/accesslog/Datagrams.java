package io.finward.appliance.accesslog;

import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import io.finward.linux.socket.UnixDatagramSender;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** How datagrams go. Connects when there is something to send. Belongs to one thread. */
sealed interface Datagrams {
  /**
   * Sends one.
   *
   * @throws IOException when it is lost
   */
  void send(byte[] bytes, int length) throws IOException;

  /** Connects anew the next time. */
  void close();

  /** To a Unix socket. */
  final class Local implements Datagrams {
    private static final int TRIES = 50;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Path path;
    private @Nullable UnixDatagramSender sender;

    Local(Path path) {
      this.path = path;
    }

    @Override
    public void send(byte[] bytes, int length) throws IOException {
      boolean fresh = sender == null;
      int answer = trySend(bytes, length);
      if (answer < 0 && answer != -Errno.EAGAIN && !fresh) {
        close(); // the daemon was started again: its socket is another
        answer = trySend(bytes, length);
      }
      for (int i = 0; i < TRIES && answer == -Errno.EAGAIN; i++) {
        LockSupport.parkNanos(PAUSE_NANOS);
        answer = trySend(bytes, length);
      }
      KernelException.check(answer, "send " + path);
    }

    private int trySend(byte[] bytes, int length) throws KernelException {
      UnixDatagramSender to = sender;
      if (to == null) {
        to = UnixDatagramSender.connect(path);
        sender = to;
      }
      return to.send(bytes, length);
    }

    @Override
    public void close() {
      if (sender != null) {
        sender.close();
        sender = null;
      }
    }
  }

  /** By UDP. A refusal is told with the datagram after the refused one. */
  final class Udp implements Datagrams {
    private final InetSocketAddress address;
    private @Nullable DatagramChannel channel;

    Udp(InetSocketAddress address) {
      this.address = address;
    }

    @Override
    public void send(byte[] bytes, int length) throws IOException {
      DatagramChannel to = channel;
      if (to == null) {
        to = DatagramChannel.open();
        channel = to;
        to.connect(address);
      }
      try {
        to.write(ByteBuffer.wrap(bytes, 0, length));
      } catch (PortUnreachableException e) {
        throw new IOException("refused by " + address, e);
      } catch (IOException e) {
        close();
        throw e;
      }
    }

    @Override
    public void close() {
      try {
        if (channel != null) {
          channel.close();
        }
      } catch (IOException _) {
        // A datagram socket has nothing to lose.
      }
      channel = null;
    }
  }
}
