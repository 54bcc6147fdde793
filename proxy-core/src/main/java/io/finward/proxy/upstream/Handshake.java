package io.finward.proxy.upstream;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What is said between the connection to a parent and the first byte for the destination. */
interface Handshake {
  /** What comes next. */
  sealed interface Step {
    /** More bytes of the parent are needed. */
    record More() implements Step {}

    /** These bytes are to be sent. */
    record Say(ByteBuf bytes) implements Step {}

    /** The parent has reached the destination; what is left in the buffer comes from there. */
    record Done() implements Step {}

    /**
     * The parent does not do it.
     *
     * @param status what it means in HTTP
     * @param challenge what it wants to know of the client, with 407; else null
     */
    record Refused(int status, @Nullable String challenge) implements Step {
      Refused(int status) {
        this(status, null);
      }
    }

    /** The parent does not speak the protocol. */
    record Broken() implements Step {}
  }

  /** What is sent first. */
  ByteBuf opening();

  /**
   * Bytes came.
   *
   * @param in all that was received and not read from it yet
   */
  Step received(ByteBuf in);
}
