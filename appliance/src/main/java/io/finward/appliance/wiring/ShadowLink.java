package io.finward.appliance.wiring;

import io.finward.conntrack.ShadowConntrack;
import io.finward.proxy.intercept.OriginalClient;
import io.finward.proxy.limit.Admission;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the proxy asks of the shadow conntrack, which starts after it. Until then everybody is
 * admitted and every peer is the client.
 */
final class ShadowLink implements OriginalClient, Admission {
  private @Nullable ShadowConntrack shadow;

  /** To be called before the first connection is accepted. */
  void to(ShadowConntrack started) {
    shadow = started;
  }

  @Override
  public InetSocketAddress of(InetSocketAddress peer, InetSocketAddress local) {
    ShadowConntrack asked = shadow;
    InetSocketAddress changed = asked == null ? null : asked.originalClient(peer, local);
    return changed == null ? peer : changed;
  }

  @Override
  public boolean admits() {
    ShadowConntrack asked = shadow;
    return asked == null || asked.admits();
  }
}
