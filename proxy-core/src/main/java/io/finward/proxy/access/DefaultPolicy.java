package io.finward.proxy.access;

import io.netty.util.concurrent.FastThreadLocal;
import java.net.InetAddress;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * What an explicit door keeps to without rules: everybody may go everywhere, but not to the
 * gateway's own addresses, loopback, link-local and metadata addresses, in whatever form, and
 * CONNECT only to some ports. SOCKS may go to port 80 as well: its clients fetch plain HTTP by it.
 */
public final class DefaultPolicy implements AccessPolicy {
  /** Apache's AllowCONNECT without a directive. */
  public static final IntPredicate CONNECT_PORTS = port -> port == 443 || port == 563;

  private static final int HTTP = 80;
  private static final Verdict ALLOW = new Verdict.Allow();
  private static final Verdict PORT = new Verdict.Deny("explicit.connect-ports");
  private static final Verdict ADDRESS = new Verdict.Deny("local-address");

  private static final FastThreadLocal<OwnAddresses> OWN =
      new FastThreadLocal<>() {
        @Override
        protected OwnAddresses initialValue() {
          return new OwnAddresses();
        }
      };

  private final IntPredicate connectPorts;
  private final Predicate<InetAddress> own;

  /** Asks the kernel which addresses are the gateway's own. */
  public DefaultPolicy(IntPredicate connectPorts) {
    this(connectPorts, address -> OWN.get().contains(address));
  }

  /**
   * For tests.
   *
   * @param own tells the gateway's own addresses
   */
  public DefaultPolicy(IntPredicate connectPorts, Predicate<InetAddress> own) {
    this.connectPorts = connectPorts;
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
    return connectPorts.test(request.port()) || (socks && request.port() == HTTP);
  }

  private boolean forbidden(InetAddress address) {
    return SpecialAddresses.isSpecial(address) || own.test(address);
  }
}
