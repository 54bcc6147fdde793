package io.finward.conntrack.message;

/** CTA_COUNTERS of one direction; there with net.netfilter.nf_conntrack_acct only. */
public record Counters(long packets, long bytes) {}
