package io.finward.proxy.access;

import io.finward.linux.socket.LocalAddressProbe;
import io.finward.linux.socket.LoopMemory;
import io.netty.util.concurrent.FastThreadLocal;
import java.net.InetAddress;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What an explicit door keeps to without rules: everybody may go everywhere, but not to the
 * gateway's own addresses, loopback, link-local and metadata addresses, in whatever form, and
 * CONNECT only to some ports. SOCKS may go to port 80 as well: its clients fetch plain HTTP by it.
 */
public final class DefaultPolicy implements AccessPolicy {
  /** Apache's AllowCONNECT without a directive. */
  public static final Set<Integer> CONNECT_PORTS = Set.of(443, 563);

  private static final int HTTP = 80;
  private static final Verdict ALLOW = new Verdict.Allow();
  private static final Verdict PORT = new Verdict.Deny("explicit.connect-ports");
  private static final Verdict ADDRESS = new Verdict.Deny("local-address");

  private static final FastThreadLocal<LocalAddressProbe> PROBE =
      new FastThreadLocal<>() {
        @Override
        protected LocalAddressProbe initialValue() {
          return new LocalAddressProbe(new LoopMemory());
        }
      };

  private final Set<Integer> connectPorts;
  private final Predicate<InetAddress> own;

  /** Asks the kernel which addresses are the gateway's own. */
  public DefaultPolicy(Set<Integer> connectPorts) {
    this(connectPorts, address -> PROBE.get().isLocal(address));
  }

  /**
   * For tests.
   *
   * @param own tells the gateway's own addresses
   */
  public DefaultPolicy(Set<Integer> connectPorts, Predicate<InetAddress> own) {
    this.connectPorts = Set.copyOf(connectPorts);
    this.own = own;
  }

  @Override
  public Verdict decide(AccessRequest request) {
    if ("CONNECT".equals(request.method()) && !mayConnect(request)) {
      return PORT;
    }
    InetAddress address = request.address();
    if (address == null) {
      return ALLOW;
    }
    return forbidden(address)
            || SpecialAddresses.embedded(address).stream().anyMatch(this::forbidden)
        ? ADDRESS
        : ALLOW;
  }

  private boolean mayConnect(AccessRequest request) {
    boolean socks = request.target() == null;
    return connectPorts.contains(request.port()) || (socks && request.port() == HTTP);
  }

  private boolean forbidden(InetAddress address) {
    return SpecialAddresses.isSpecial(address) || own.test(address);
  }
}
