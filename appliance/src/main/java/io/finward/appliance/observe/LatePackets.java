package io.finward.appliance.observe;

/**
 * How many late packets of one sort there were.
 *
 * @param kind {@code fin}, {@code rst} or {@code data}
 * @param side who sent them: {@code client}, {@code server} or {@code proxy}
 * @param reason why there was no conntrack entry: {@code expired}, {@code early-dropped}, {@code
 *     flushed} or {@code stranger}
 * @param outcome what became of them: {@code translated}, {@code reset} or {@code stopped}
 * @param packets how many
 */
public record LatePackets(String kind, String side, String reason, String outcome, long packets) {}
