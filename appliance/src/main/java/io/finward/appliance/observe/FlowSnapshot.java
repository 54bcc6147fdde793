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
 * @param leg {@code redirected}, {@code transparent} or {@code upstream}
 * @param tracked whether it is to have a conntrack entry
 * @param state {@code live}, {@code half-closed}, {@code parked} or {@code ended}
 * @param closedFirst whose FIN was seen first; null while neither has been
 * @param closedMillis since the first FIN; 0 while there was none
 * @param leased whether its conntrack entry lasts by renewals, because no policy is attached to it
 */
public record FlowSnapshot(
    InetSocketAddress client,
    InetSocketAddress originalDestination,
    InetSocketAddress peer,
    InetSocketAddress local,
    String leg,
    boolean tracked,
    String state,
    @Nullable Side closedFirst,
    long closedMillis,
    boolean leased) {}
