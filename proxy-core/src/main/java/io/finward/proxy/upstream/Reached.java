package io.finward.proxy.upstream;

import io.finward.linux.socket.StreamSocket;
import io.finward.proxy.access.Verdict;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What came of reaching for a destination. */
public sealed interface Reached {
  /**
   * There is a connection.
   *
   * @param socket on the loop; the receiver's to close
   * @param remote the address that was dialled
   * @param parent the parent it goes through: to an HTTP parent when the destination is asked for
   *     in its own HTTP, else as a tunnel; null when it goes straight
   * @param early what the destination has sent already
   */
  record Connected(
      StreamSocket socket, InetSocketAddress remote, @Nullable Parent parent, ByteBuf early)
      implements Reached {
    Connected(StreamSocket socket, InetSocketAddress remote, @Nullable Parent parent) {
      this(socket, remote, parent, Unpooled.EMPTY_BUFFER);
    }
  }

  /** The policy lets us dial none of the addresses; {@code verdict} is no Allow and no Resolve. */
  record Refused(Verdict verdict) implements Reached {}

  /** The name has no address, or DNS does not answer. */
  record NoAddress() implements Reached {}

  /**
   * No address answered.
   *
   * @param errno of the last one, as a positive number; ETIMEDOUT when time ran out
   */
  record Failed(int errno) implements Reached {}

  /**
   * A parent works, but does not reach the destination.
   *
   * @param status what it said, 400 to 599
   * @param challenge what it wants to know of the client, with 407; else null
   */
  record ByParent(int status, @Nullable String challenge) implements Reached {}
}
