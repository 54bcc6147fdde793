package io.finward.appliance.observe;

import io.finward.proxy.session.Side;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A flow of the shadow table at one moment.
 *
 * @param client as the client knows itself
 * @param originalDestination where the client meant to go
 * @param peer the client's address as the proxy's socket sees it; its port may be the NAT's choice
 * @param local the proxy's own address in the flow
 * @param state {@code live}, {@code half-closed} or {@code parked}
 * @param closedFirst whose FIN was seen first; null while neither has been
 * @param ageMillis since the accept
 * @param leaseMillis how long the conntrack entry's lease still lasts; 0 without one
 * @param rescues how often its conntrack entry was made again
 */
public record FlowSnapshot(
    InetSocketAddress client,
    InetSocketAddress originalDestination,
    InetSocketAddress peer,
    InetSocketAddress local,
    String state,
    @Nullable Side closedFirst,
    long ageMillis,
    long leaseMillis,
    long rescues) {}
