package io.finward.proxy.session;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A session at one moment; immutable, for any thread.
 *
 * @param id unique within the process, from 1
 * @param listener the listener's name
 * @param client the client's address and port as the client knows them
 * @param originalDestination where the client meant to go
 * @param upstream where the upstream connection goes
 * @param upstreamLocal the upstream socket's own address; null until connected
 * @param state the state
 * @param closedFirst whose FIN was seen first; null while neither has been
 * @param acceptedMillis milliseconds since the epoch
 * @param ageMillis since the accept
 * @param bytesFromClient received from the client
 * @param bytesFromServer received from the server
 */
public record SessionSnapshot(
    long id,
    String listener,
    InetSocketAddress client,
    InetSocketAddress originalDestination,
    InetSocketAddress upstream,
    @Nullable InetSocketAddress upstreamLocal,
    SessionState state,
    @Nullable Side closedFirst,
    long acceptedMillis,
    long ageMillis,
    long bytesFromClient,
    long bytesFromServer) {

  /** Whether exactly one side's FIN has been seen. */
  public boolean halfClosed() {
    return state instanceof SessionState.HalfClosed;
  }
}
