package io.finward.conntrack;

import io.finward.conntrack.client.TableStats;
import io.finward.conntrack.shadow.ShardStats;

/**
 * The shadow conntrack in numbers.
 *
 * @param flows of all shards
 * @param table the kernel's
 * @param leasesRenewed by CTA_TIMEOUT
 * @param resyncs the kernel's table was read again
 * @param lostEvents how often the kernel said that events were lost
 * @param pending late packets under way
 * @param undecodable messages and copies that could not be read
 */
public record ShadowStats(
    ShardStats flows,
    TableStats table,
    long leasesRenewed,
    long resyncs,
    long lostEvents,
    int pending,
    long undecodable) {}
