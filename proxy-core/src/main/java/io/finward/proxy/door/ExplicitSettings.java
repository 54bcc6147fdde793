package io.finward.proxy.door;

import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.http.ClientHeader;
import io.finward.proxy.http.ErrorPages;
import io.finward.proxy.http.Hop;
import io.finward.proxy.listen.HeaderEdits;
import io.finward.proxy.treatment.Treatment;
import io.finward.proxy.upstream.Leg;
import io.finward.proxy.upstream.Routes;
import io.finward.proxy.user.Authenticator;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What explicit doors keep to. All durations are positive.
 *
 * @param policy who may go where; asked for at every request, so that a reload takes effect
 * @param authenticator checks passwords where the policy wants a user
 * @param realm shown to users with the question for a password; without quotes
 * @param errorPages the proxy's own answers
 * @param head how long a request's head may take, from the connection or its first byte
 * @param keepAlive how long a client's connection may wait for the next request
 * @param connect how long all addresses of a destination together may take to answer
 * @param maxHead the most a request's line and headers may have, in bytes
 * @param hop what messages are told at this hop
 * @param nameServers asked for names; empty: those of /etc/resolv.conf
 * @param routes which requests go through parents; asked for at every request
 * @param origins which connections to origins wait for another request
 * @param leg what connections to origins and parents are like
 * @param rates how slow clients may be with bodies
 * @param treatment the rules for requests and headers; asked for at every request
 */
public record ExplicitSettings(
    Supplier<AccessPolicy> policy,
    Authenticator authenticator,
    String realm,
    ErrorPages errorPages,
    Duration head,
    Duration keepAlive,
    Duration connect,
    int maxHead,
    Hop hop,
    List<InetSocketAddress> nameServers,
    Supplier<Routes> routes,
    OriginSettings origins,
    Leg leg,
    BodyRates rates,
    Supplier<Treatment> treatment) {
  public ExplicitSettings {
    nameServers = List.copyOf(nameServers);
    if (maxHead < 1024) {
      throw new IllegalArgumentException(
          "explicit.max-head = %d (expected: 1024 or more)".formatted(maxHead));
    }
  }

  /** The same for intercepted HTTP: with the listener's edits, without users and parents. */
  public ExplicitSettings editing(HeaderEdits edits) {
    return new ExplicitSettings(
        policy,
        Authenticator.NOBODY,
        realm,
        errorPages,
        head,
        keepAlive,
        connect,
        maxHead,
        hop(edits),
        nameServers,
        () -> Routes.DIRECT,
        origins,
        Leg.PLAIN,
        BodyRates.DEFAULT,
        () -> Treatment.NONE);
  }

  private static Hop hop(HeaderEdits edits) {
    Set<ClientHeader> told = edits.forwardedFor() ? Set.of(ClientHeader.X_FORWARDED_FOR) : Set.of();
    return new Hop(edits.via(), told, OptionalInt.empty(), false, null);
  }

  /** The defaults, with a policy. */
  public static ExplicitSettings of(AccessPolicy policy) {
    return new ExplicitSettings(
        () -> policy,
        Authenticator.NOBODY,
        "Finward",
        ErrorPages.PLAIN,
        Duration.ofSeconds(20),
        Duration.ofSeconds(15),
        Duration.ofSeconds(10),
        64 * 1024,
        Hop.SILENT,
        List.of(),
        () -> Routes.DIRECT,
        OriginSettings.DEFAULT,
        Leg.PLAIN,
        BodyRates.DEFAULT,
        () -> Treatment.NONE);
  }
}
