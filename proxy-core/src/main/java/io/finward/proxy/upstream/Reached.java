package io.finward.proxy.upstream;

import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.access.Verdict;
import java.net.InetSocketAddress;

/** What came of reaching for a destination. */
public sealed interface Reached {
  /**
   * There is a connection.
   *
   * @param socket on the loop; the receiver's to close
   * @param remote the address that was dialled
   */
  record Connected(TcpSocket socket, InetSocketAddress remote) implements Reached {}

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
}
