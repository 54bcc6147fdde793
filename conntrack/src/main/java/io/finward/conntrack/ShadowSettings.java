package io.finward.conntrack;

import java.time.Duration;

/**
 * How the shadow conntrack works.
 *
 * @param nflogGroup the wall's group
 * @param park how long a parked flow is remembered
 * @param leaseByTimeout whether half-closed flows are leased by CTA_TIMEOUT: no policy does it
 * @param remapPrefix the log prefix of connections whose client port the kernel changed
 * @param reusePrefix the log prefix of SYNs on tuples that are there
 * @param untrackedReusePrefix the same on tuples that have no entry, but a socket
 * @param localMark SO_MARK of packets that policy routing delivers to this machine
 * @param upstreamMark SO_MARK of upstream legs
 * @param alarmFill of the kernel's table, 0 to 1: from here on it is crowded
 * @param refuseFill of the kernel's table, 0 to 1: from here on no new sessions
 */
public record ShadowSettings(
    int nflogGroup,
    Duration park,
    boolean leaseByTimeout,
    String remapPrefix,
    String reusePrefix,
    String untrackedReusePrefix,
    int localMark,
    int upstreamMark,
    double alarmFill,
    double refuseFill) {
  public ShadowSettings {
    if (nflogGroup < 0 || nflogGroup > 65535) {
      throw new IllegalArgumentException("NFLOG group " + nflogGroup + " (expected: 0 to 65535)");
    }
    if (park.toSeconds() < 1) {
      throw new IllegalArgumentException("park " + park + " (expected: at least 1 s)");
    }
    if (!(alarmFill > 0 && alarmFill <= refuseFill && refuseFill <= 1)) {
      throw new IllegalArgumentException(
          "alarm at %s, refusal at %s (expected: 0 < alarm <= refusal <= 1)"
              .formatted(alarmFill, refuseFill));
    }
  }

  /** Group 5, a day parked, leases by policy, alarm at 80 % and refusal at 90 %. */
  public static ShadowSettings defaults() {
    return new ShadowSettings(
        5,
        Duration.ofHours(24),
        false,
        "finward:remap",
        "finward:syn",
        "finward:usyn",
        0x46570001,
        0x46570002,
        0.8,
        0.9);
  }
}
