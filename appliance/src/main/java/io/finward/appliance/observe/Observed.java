package io.finward.appliance.observe;

import io.finward.appliance.explain.Stories;
import io.finward.proxy.session.Sessions;

/** Everything of a running gateway that can be shown. */
public record Observed(
    Sessions sessions, Flows flows, ConntrackStats conntrack, NatStats nat, Stories stories) {}
