package io.finward.proxy.door;

import io.finward.proxy.access.AccessRequest;
import io.finward.proxy.http.Authority;
import io.finward.proxy.treatment.Environment;
import io.finward.proxy.treatment.HeaderRule;
import io.finward.proxy.treatment.Treatment;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the administrator's rules do to one exchange on one connection.
 *
 * @param request the exchange as rules see it; null when there are no rules
 */
record Handling(Treatment treatment, @Nullable AccessRequest request, Environment environment) {
  private static final Handling PLAIN = new Handling(Treatment.NONE, null, Environment.DEFAULT);

  /**
   * Asks the rules.
   *
   * @param address where the connection goes; null when a parent knows it, or nobody yet
   */
  static Handling of(
      ClientTalk talk, Exchange exchange, Authority to, @Nullable InetAddress address) {
    Treatment treatment = talk.settings.treatment().get();
    if (treatment.isEmpty()) {
      return PLAIN;
    }
    AccessRequest request = talk.request(exchange, to, address);
    return new Handling(treatment, request, treatment.environment(request));
  }

  /** On a connection that is there. */
  static Handling on(Origin origin, ClientTalk talk, Errand errand) {
    InetAddress address = origin.key.parent() == null ? origin.remote.getAddress() : null;
    return of(talk, errand.exchange(), errand.to(), address);
  }

  void edit(HeaderRule.Message message, HttpHeaders headers) {
    AccessRequest asked = request;
    if (asked != null) {
      treatment.edit(message, asked, headers);
    }
  }
}
