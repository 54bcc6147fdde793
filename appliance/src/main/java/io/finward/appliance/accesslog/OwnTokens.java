package io.finward.appliance.accesslog;

import static io.finward.appliance.accesslog.Directives.number;
import static io.finward.appliance.accesslog.Directives.text;

import io.finward.appliance.accesslog.LogFormat.Part;
import io.finward.appliance.text.AddressText;
import io.finward.proxy.session.Heard;
import io.finward.proxy.session.Side;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What Apache has no directive for, as {@code %{name}x}: its letter for the variables of other
 * modules. Durations are milliseconds. Listed in docs/configuration.md.
 */
final class OwnTokens {
  private static final Map<String, Part> BY_NAME =
      Map.ofEntries(
          Map.entry("alpn", text(OwnTokens::alpn)),
          Map.entry("bytes-from-client", number(event -> event.session().bytesFrom(Side.CLIENT))),
          Map.entry("bytes-from-server", number(event -> event.session().bytesFrom(Side.SERVER))),
          Map.entry("client", text(event -> AddressText.format(event.session().client()))),
          Map.entry(
              "client-fin-time",
              number(event -> event.sinceAccept(event.tally().fin(Side.CLIENT)))),
          Map.entry("close-reason", text(LogEvent::closeReason)),
          Map.entry("connect-time", number(event -> event.sinceAccept(event.tally().connected()))),
          Map.entry("event", text(event -> event.moment().word())),
          Map.entry(
              "first-byte-time",
              number(event -> event.sinceAccept(event.tally().firstServerBytes()))),
          Map.entry("half-close-time", number(LogEvent::halfCloseMillis)),
          Map.entry("half-closed-by", text(OwnTokens::halfClosedBy)),
          Map.entry("host", text(LogEvent::host)),
          Map.entry("listener", text(event -> event.session().listener().name())),
          Map.entry("mode", text(OwnTokens::mode)),
          Map.entry("name-verified", text(OwnTokens::nameVerified)),
          Map.entry(
              "orig-dst", text(event -> AddressText.format(event.session().originalDestination()))),
          Map.entry(
              "origin-status",
              number(event ->
                  event.exchange() == null || event.exchange().originStatus() == 0
                      ? -1
                      : event.exchange().originStatus())),
          Map.entry("rescues", number(event -> event.tally().rescues())),
          Map.entry(
              "server-fin-time",
              number(event -> event.sinceAccept(event.tally().fin(Side.SERVER)))),
          Map.entry("session", number(event -> event.session().id())),
          Map.entry("session-time", number(event -> event.sinceAccept(event.nowNanos()))),
          Map.entry("sni", text(OwnTokens::sni)),
          Map.entry("spoken", text(OwnTokens::spoken)),
          Map.entry("upstream", text(event -> format(event.upstream()))),
          Map.entry("upstream-local", text(event -> format(event.session().upstreamLocal()))));

  private OwnTokens() {}

  /**
   * The token of a name.
   *
   * @throws BadFormatException when there is none
   */
  static Part of(String name) throws BadFormatException {
    Part own = BY_NAME.get(name);
    if (own != null) {
      return own;
    }
    if (name.startsWith("SSL_")) {
      return (_, out) -> out.add('-'); // mod_ssl's, from a format that other servers share
    }
    throw new BadFormatException(
        1, "one of " + String.join(", ", new TreeMap<>(BY_NAME).keySet()) + " in %{...}x");
  }

  static String mode(LogEvent event) {
    return event.session().listener().mode().name().toLowerCase(Locale.ROOT);
  }

  static @Nullable String halfClosedBy(LogEvent event) {
    Side first = event.session().closedFirst();
    return first == null ? null : first.word();
  }

  static @Nullable String sni(LogEvent event) {
    Heard heard = event.session().heard();
    return heard == null ? null : heard.sni();
  }

  static @Nullable String nameVerified(LogEvent event) {
    Heard heard = event.session().heard();
    return heard == null ? null : heard.verified().word();
  }

  static @Nullable String spoken(LogEvent event) {
    Heard heard = event.session().heard();
    return heard == null ? null : heard.protocol().word();
  }

  static @Nullable String alpn(LogEvent event) {
    Heard heard = event.session().heard();
    return heard == null || heard.alpn().isEmpty() ? null : String.join(",", heard.alpn());
  }

  static @Nullable String format(@Nullable InetSocketAddress address) {
    return address == null ? null : AddressText.format(address);
  }
}
