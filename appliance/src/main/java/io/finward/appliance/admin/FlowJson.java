package io.finward.appliance.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.finward.appliance.observe.FlowSnapshot;
import io.finward.appliance.text.AddressText;
import java.io.IOException;

/** A flow of the shadow table as JSON. */
final class FlowJson {
  private FlowJson() {}

  static void write(JsonGenerator out, FlowSnapshot flow) throws IOException {
    out.writeStartObject();
    out.writeStringField("client", AddressText.format(flow.client()));
    out.writeStringField("original_destination", AddressText.format(flow.originalDestination()));
    out.writeStringField("peer", AddressText.format(flow.peer()));
    out.writeStringField("local", AddressText.format(flow.local()));
    out.writeStringField("leg", flow.leg());
    out.writeStringField("state", flow.state());
    out.writeStringField("closed_first", SessionJson.word(flow.closedFirst()));
    out.writeNumberField("closed_ms", flow.closedMillis());
    out.writeBooleanField("leased", flow.leased());
    out.writeBooleanField("tracked", flow.tracked());
    out.writeEndObject();
  }
}
