package io.finward.appliance.accesslog;

import io.finward.appliance.text.AddressText;
import io.finward.appliance.text.JsonLine;
import io.finward.proxy.session.Heard;
import io.finward.proxy.session.HttpExchange;
import io.finward.proxy.session.SessionView;
import io.finward.proxy.session.Side;
import java.time.Instant;

/**
 * One JSON object a line, with the field names of {@code sessions --json} where it has them. The
 * names are a contract: add to them, rename none. Fields without a value are left out.
 */
public final class JsonFormat implements LineFormat {
  /** The only one. */
  public static final JsonFormat JSON = new JsonFormat();

  private JsonFormat() {}

  @Override
  public void write(LogEvent event, LineBuffer out) {
    out.add(
        JsonLine.of(line -> {
          SessionView session = event.session();
          line.text("event", event.moment().word());
          line.text("time", Instant.ofEpochMilli(event.startedMillis()).toString());
          line.number("id", session.id());
          line.text("listener", session.listener().name());
          line.text("mode", OwnTokens.mode(event));
          line.text("client", AddressText.format(session.client()));
          line.text("original_destination", AddressText.format(session.originalDestination()));
          line.text("upstream", OwnTokens.format(event.upstream()));
          line.text("upstream_local", OwnTokens.format(session.upstreamLocal()));
          Heard heard = session.heard();
          if (heard != null) {
            line.text("spoken", heard.protocol().word());
            line.text("sni", heard.sni());
            line.text("alpn", OwnTokens.alpn(event));
            line.text("name_verified", heard.verified().word());
          }
          HttpExchange exchange = event.exchange();
          if (exchange != null) {
            write(event, exchange, line);
          } else if (heard != null) {
            line.text("method", heard.method());
            line.text("target", heard.url());
            line.text("host", heard.host());
          }
          line.number("status", event.status() == 0 ? -1 : event.status());
          line.number("bytes_received", event.bytesReceived());
          line.number("bytes_sent", event.bytesSent());
          line.number("duration_us", event.micros());
          line.number("connect_ms", event.sinceAccept(event.tally().connected()));
          line.number("first_byte_ms", event.sinceAccept(event.tally().firstServerBytes()));
          line.text("closed_first", OwnTokens.halfClosedBy(event));
          line.number("client_fin_ms", event.sinceAccept(event.tally().fin(Side.CLIENT)));
          line.number("server_fin_ms", event.sinceAccept(event.tally().fin(Side.SERVER)));
          line.number("half_close_ms", event.halfCloseMillis());
          line.number("rescues", event.tally().rescues());
          line.text("reason", event.closeReason());
        }));
  }

  private static void write(LogEvent event, HttpExchange exchange, JsonLine line) {
    line.text("user", exchange.user());
    line.text("method", event.method());
    line.text("target", event.target());
    line.text("protocol", event.protocol());
    line.text("host", exchange.host());
    line.number("origin_status", exchange.originStatus() == 0 ? -1 : exchange.originStatus());
    line.number("content_sent", event.contentSent());
    line.text("referer", exchange.requestHeader("Referer"));
    line.text("user_agent", exchange.requestHeader("User-Agent"));
    line.text("content_type", exchange.responseHeader("Content-Type"));
  }

  @Override
  public byte[] lost(long lines) {
    LineBuffer out = new LineBuffer();
    out.add(JsonLine.of(line -> line.text("event", "lost").number("lines", lines)));
    return out.toLine();
  }
}
