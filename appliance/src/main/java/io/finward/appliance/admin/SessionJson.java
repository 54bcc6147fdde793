package io.finward.appliance.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.finward.appliance.text.AddressText;
import io.finward.proxy.session.SessionSnapshot;
import io.finward.proxy.session.Side;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A session as JSON. The field names are a contract: add to them, rename none. */
final class SessionJson {
  private SessionJson() {}

  static void write(JsonGenerator out, SessionSnapshot session) throws IOException {
    out.writeStartObject();
    out.writeNumberField("id", session.id());
    out.writeStringField("client", AddressText.format(session.client()));
    out.writeStringField("original_destination", AddressText.format(session.originalDestination()));
    out.writeStringField("upstream", AddressText.format(session.upstream()));
    writeOptional(out, "upstream_local", session.upstreamLocal());
    out.writeStringField("listener", session.listener());
    out.writeStringField("state", session.state().word());
    out.writeBooleanField("half_closed", session.halfClosed());
    out.writeStringField("closed_first", word(session.closedFirst()));
    out.writeStringField("accepted", Instant.ofEpochMilli(session.acceptedMillis()).toString());
    out.writeNumberField("age_ms", session.ageMillis());
    out.writeNumberField("bytes_from_client", session.bytesFromClient());
    out.writeNumberField("bytes_from_server", session.bytesFromServer());
    out.writeEndObject();
  }

  /** {@code client}, {@code server} or {@code none}. */
  static String word(@Nullable Side side) {
    return side == null ? "none" : side.word();
  }

  private static void writeOptional(
      JsonGenerator out, String field, @Nullable InetSocketAddress address) throws IOException {
    if (address == null) {
      out.writeNullField(field);
    } else {
      out.writeStringField(field, AddressText.format(address));
    }
  }
}
