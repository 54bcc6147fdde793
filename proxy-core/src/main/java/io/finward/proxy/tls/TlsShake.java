package io.finward.proxy.tls;

import io.finward.linux.libc.Errno;
import io.finward.linux.socket.LoopMemory;
import io.finward.linux.socket.TcpSocket;
import io.netty.channel.IoEventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The handshake of a {@link TlsSocket}. Keys and certificates are computed with on a virtual
 * thread, whose the records are meanwhile; the loop goes on. Belongs to the loop.
 */
final class TlsShake {
  private final TcpSocket tcp;
  private final IoEventLoop loop;
  private final LoopMemory memory;
  private final TlsRecords records;
  private final IntSupplier flush;
  private final Consumer<@Nullable String> told;
  private boolean working;
  private boolean abandoned;

  /**
   * Nothing is said before {@link #goOn}.
   *
   * @param flush sends what the records have ready
   * @param told once, with null, or with what is wrong
   */
  TlsShake(
      TcpSocket tcp,
      IoEventLoop loop,
      LoopMemory memory,
      TlsRecords records,
      IntSupplier flush,
      Consumer<@Nullable String> told) {
    this.tcp = tcp;
    this.loop = loop;
    this.memory = memory;
    this.records = records;
    this.flush = flush;
    this.told = told;
  }

  /** Goes on as far as it goes with what has come. */
  void goOn() {
    if (working) {
      return;
    }
    try {
      while (true) {
        TlsRecords.Handshake step = records.shake();
        var _ = flush.getAsInt();
        switch (step) {
          case DONE -> {
            told.accept(null);
            return;
          }
          case WANTS_WORK -> {
            work();
            return;
          }
          case WANTS_BYTES -> {
            int got = tcp.recv(LoopMemory.BUFFER_SIZE);
            if (got == -Errno.EAGAIN) {
              return;
            }
            if (got <= 0) {
              told.accept("closed within the TLS handshake");
              return;
            }
            records.feed(memory.buffer().asSlice(0, got).asByteBuffer());
          }
        }
      }
    } catch (SSLException e) {
      var _ = flush.getAsInt();
      told.accept("TLS: " + rootOf(e));
    }
  }

  /**
   * Nobody waits for it any more.
   *
   * @return whether the records are the other thread's, and released when it has done
   */
  boolean abandon() {
    abandoned = true;
    return working;
  }

  private void work() {
    working = true;
    Thread.ofVirtual()
        .start(() -> {
          try {
            records.work();
          } finally {
            handBack();
          }
        });
  }

  private void handBack() {
    try {
      loop.execute(this::worked);
    } catch (RejectedExecutionException _) {
      // The loop has ended, and nobody else knows of them.
      records.release();
    }
  }

  private void worked() {
    working = false;
    if (abandoned) {
      records.release();
    } else {
      goOn();
    }
  }

  private static String rootOf(SSLException e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
