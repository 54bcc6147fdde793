package io.finward.conntrack.lease;

import io.finward.linux.proc.Sysctl;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The machine's own timeouts of half-closed flows, which rule an entry after each packet.
 *
 * @param finWaitSeconds nf_conntrack_tcp_timeout_fin_wait
 * @param closeWaitSeconds nf_conntrack_tcp_timeout_close_wait
 */
public record KernelTimeouts(int finWaitSeconds, int closeWaitSeconds) {
  private static final Path SYSCTL = Path.of("/proc/sys/net/netfilter");
  private static final int DEFAULT_FIN_WAIT = 120;
  private static final int DEFAULT_CLOSE_WAIT = 60;
  private static final int LONGEST_INTERVAL = 25;

  /** Reads those of the calling thread's network namespace; the kernel's defaults if it cannot. */
  public static KernelTimeouts read() {
    return new KernelTimeouts(
        read("nf_conntrack_tcp_timeout_fin_wait", DEFAULT_FIN_WAIT),
        read("nf_conntrack_tcp_timeout_close_wait", DEFAULT_CLOSE_WAIT));
  }

  /** Between two renewals: less than half of the shorter one, so that one may be late. */
  public Duration interval() {
    int shorter = Math.min(finWaitSeconds, closeWaitSeconds);
    return Duration.ofSeconds(Math.clamp((shorter - 1) / 2, 1, LONGEST_INTERVAL));
  }

  private static int read(String name, int otherwise) {
    try {
      return Integer.parseInt(Sysctl.read(SYSCTL.resolve(name)));
    } catch (IOException | NumberFormatException _) {
      return otherwise;
    }
  }
}
