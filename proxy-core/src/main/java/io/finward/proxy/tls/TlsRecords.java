package io.finward.proxy.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One TLS connection without its transport: what came becomes plain bytes, plain bytes become what
 * goes. Memory is held only while there is something in it. Whoever carries the connection owns
 * this, and releases it. Belongs to the loop.
 */
final class TlsRecords {
  /** How far a handshake has come. */
  enum Handshake {
    /** The peer's turn. */
    WANTS_BYTES,
    /** {@link #work} is to be done, away from the loop. */
    WANTS_WORK,
    DONE
  }

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SSLEngine engine;
  private @Nullable ByteBuf received;
  private @Nullable ByteBuf plain;
  private @Nullable ByteBuf outgoing;
  private boolean begun;
  private boolean ended;

  TlsRecords(SSLEngine engine) {
    this.engine = engine;
  }

  /** Takes note of bytes that came. */
  void feed(ByteBuffer bytes) {
    ByteBuf kept = received;
    if (kept == null) {
      kept = ByteBufAllocator.DEFAULT.heapBuffer(bytes.remaining());
      received = kept;
    }
    kept.discardSomeReadBytes().writeBytes(bytes);
  }

  /**
   * Goes on with the handshake as far as it goes.
   *
   * @throws SSLException when it has failed; what is to go tells the peer
   */
  Handshake shake() throws SSLException {
    try {
      if (!begun) {
        begun = true;
        engine.beginHandshake();
      }
      while (true) {
        switch (engine.getHandshakeStatus()) {
          case NEED_TASK -> {
            return Handshake.WANTS_WORK;
          }
          case NEED_WRAP -> wrap(NOTHING);
          case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
            if (!unwrap()) {
              return Handshake.WANTS_BYTES;
            }
            if (ended) {
              throw new SSLException("closed within the handshake");
            }
          }
          case FINISHED, NOT_HANDSHAKING -> {
            return Handshake.DONE;
          }
        }
      }
    } catch (SSLException e) {
      sayFailure();
      throw e;
    }
  }

  /** What to compute for the handshake; any thread, while nothing else is done with this. */
  void work() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  /**
   * Makes plain what came; the handshake is done.
   *
   * @throws SSLException when the bytes are nobody's
   */
  void decode() throws SSLException {
    try {
      while (!ended && unwrap()) {
        // Key updates of TLS 1.3, and a server of 1.2 that begins anew: rare, and short.
        work();
        // The answer that TLS 1.2 wants to a close_notify waits for our own: it may draw a RST.
        if (!ended && engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP) {
          wrap(NOTHING);
        }
      }
    } catch (SSLException e) {
      sayFailure();
      throw e;
    }
  }

  /** Whether the peer has said that nothing follows (close_notify, RFC 8446, 6.1). */
  boolean ended() {
    return ended;
  }

  /** How many plain bytes are there. */
  int readable() {
    return plain == null ? 0 : plain.readableBytes();
  }

  /** Takes plain bytes; {@code to} has room for as many, and there are as many. */
  void take(ByteBuffer to) {
    ByteBuf from = plain;
    if (from != null && to.hasRemaining()) {
      from.readBytes(to);
    }
    plain = withoutEmpty(from);
  }

  /** Takes all plain bytes, which are the caller's; null when there are none. */
  @Nullable ByteBuf takePlain() {
    ByteBuf all = withoutEmpty(plain);
    plain = null;
    return all;
  }

  /**
   * Wraps plain bytes; all of them are taken.
   *
   * @throws SSLException when this direction has ended
   */
  void encode(ByteBuffer bytes) throws SSLException {
    while (bytes.hasRemaining()) {
      int before = bytes.remaining();
      if (wrap(bytes) != SSLEngineResult.Status.OK || bytes.remaining() == before) {
        throw new SSLException("closed, or begun anew by the server");
      }
    }
  }

  /** Says that nothing follows. */
  void end() {
    engine.closeOutbound();
    sayFailure();
  }

  /** What is to go, in order; stays here. Null when there is nothing. */
  @Nullable ByteBuf outgoing() {
    outgoing = withoutEmpty(outgoing);
    return outgoing;
  }

  /** What is to go, the caller's from now on; null when there is nothing. */
  @Nullable ByteBuf takeOutgoing() {
    ByteBuf all = outgoing();
    outgoing = null;
    return all;
  }

  /** Gives all memory back. Nothing else may be called after it. */
  void release() {
    for (ByteBuf buffer : new ByteBuf[] {received, plain, outgoing}) {
      if (buffer != null) {
        buffer.release();
      }
    }
    received = null;
    plain = null;
    outgoing = null;
  }

  /** Wraps the alert that the engine has ready, if it has one. */
  private void sayFailure() {
    try {
      while (engine.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.NEED_WRAP
          && wrap(NOTHING) == SSLEngineResult.Status.OK) {
        // One record a time.
      }
    } catch (SSLException _) {
      // It is over anyway.
    }
  }

  /** Unwraps one record; false when there is no whole one. */
  private boolean unwrap() throws SSLException {
    ByteBuf from = received;
    if (from == null) {
      return false;
    }
    ByteBuf to = plain;
    if (to == null) {
      to = ByteBufAllocator.DEFAULT.heapBuffer(engine.getSession().getApplicationBufferSize());
      plain = to;
    }
    to.ensureWritable(engine.getSession().getApplicationBufferSize());
    SSLEngineResult result;
    try {
      result = engine.unwrap(from.nioBuffer(), to.nioBuffer(to.writerIndex(), to.writableBytes()));
      from.skipBytes(result.bytesConsumed());
      to.writerIndex(to.writerIndex() + result.bytesProduced());
    } finally {
      received = withoutEmpty(from);
      plain = withoutEmpty(to);
    }
    ended |= result.getStatus() == SSLEngineResult.Status.CLOSED;
    return result.getStatus() != SSLEngineResult.Status.BUFFER_UNDERFLOW
        && (result.bytesConsumed() > 0 || result.bytesProduced() > 0);
  }

  private SSLEngineResult.Status wrap(ByteBuffer bytes) throws SSLException {
    ByteBuf to = outgoing;
    if (to == null) {
      to = ByteBufAllocator.DEFAULT.directBuffer(engine.getSession().getPacketBufferSize());
      outgoing = to;
    }
    to.ensureWritable(engine.getSession().getPacketBufferSize());
    SSLEngineResult result = engine.wrap(bytes, to.nioBuffer(to.writerIndex(), to.writableBytes()));
    to.writerIndex(to.writerIndex() + result.bytesProduced());
    return result.getStatus();
  }

  private static @Nullable ByteBuf withoutEmpty(@Nullable ByteBuf buffer) {
    if (buffer == null || buffer.isReadable()) {
      return buffer;
    }
    buffer.release();
    return null;
  }
}
