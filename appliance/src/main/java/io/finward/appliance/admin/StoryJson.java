package io.finward.appliance.admin;

import com.fasterxml.jackson.core.JsonGenerator;
import io.finward.appliance.explain.CloseWait;
import io.finward.appliance.explain.Forgetting;
import io.finward.appliance.explain.Moment;
import io.finward.appliance.explain.Story;
import io.finward.appliance.explain.Told;
import io.finward.appliance.text.AddressText;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.Heard;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Side;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stories as JSON. The field names are a contract: add to them, rename none. */
final class StoryJson {
  private StoryJson() {}

  static void write(JsonGenerator out, List<Story> stories) throws IOException {
    out.writeStartArray();
    for (Story story : stories) {
      write(out, story);
    }
    out.writeEndArray();
  }

  private static void write(JsonGenerator out, Story story) throws IOException {
    EndReason reason = story.reason();
    InetSocketAddress local = story.upstreamLocal();
    out.writeStartObject();
    out.writeNumberField("id", story.id());
    out.writeStringField("client", AddressText.format(story.client()));
    out.writeStringField("original_destination", AddressText.format(story.destination()));
    out.writeStringField("upstream_local", local == null ? null : AddressText.format(local));
    out.writeStringField("listener", story.listener());
    out.writeStringField("accepted", Instant.ofEpochMilli(story.acceptedMillis()).toString());
    out.writeNumberField("bytes_from_client", story.bytesFromClient());
    out.writeNumberField("bytes_from_server", story.bytesFromServer());
    out.writeStringField("reason", reason == null ? null : reason.word());
    out.writeStringField("closed_first", SessionJson.word(story.closedFirst()));
    writeCloseWait(out, story.closeWait());
    out.writeArrayFieldStart("forgotten");
    for (Forgetting lost : story.forgettings()) {
      out.writeStartObject();
      out.writeStringField("leg", lost.leg().word());
      out.writeNumberField("earliest_us", lost.earliestMicros());
      out.writeNumberField("latest_us", lost.latestMicros());
      out.writeStringField("reason", lost.reason());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeArrayFieldStart("moments");
    for (Told told : story.moments()) {
      out.writeStartObject();
      out.writeNumberField("at_us", told.micros());
      write(out, told.moment());
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void writeCloseWait(JsonGenerator out, @Nullable CloseWait wait)
      throws IOException {
    if (wait == null) {
      out.writeNullField("close_wait");
      return;
    }
    out.writeObjectFieldStart("close_wait");
    out.writeStringField("side", wait.side().word());
    out.writeNumberField("from_us", wait.fromMicros());
    out.writeNumberField("to_us", wait.toMicros());
    out.writeBooleanField("over", wait.over());
    out.writeEndObject();
  }

  private static void write(JsonGenerator out, Moment moment) throws IOException {
    switch (moment) {
      case Moment.Seen(SessionEvent event) -> write(out, event);
      case Moment.Late late -> {
        of(out, "late", late.leg());
        out.writeStringField("from", late.fromProxy() ? "proxy" : late.leg().word());
        out.writeStringField("packet", late.packet());
        out.writeStringField("reason", late.reason());
        out.writeStringField("outcome", late.outcome());
      }
      case Moment.EntryMadeAgain(Side leg) -> of(out, "entry-made-again", leg);
      case Moment.EntryNotMade(Side leg, String answer) -> {
        of(out, "entry-not-made", leg);
        out.writeStringField("answer", answer);
      }
      case Moment.Leased(Side leg) -> of(out, "leased", leg);
    }
  }

  private static void write(JsonGenerator out, SessionEvent event) throws IOException {
    switch (event) {
      case SessionEvent.Accepted _ -> of(out, "accepted", Side.CLIENT);
      case SessionEvent.FirstHeard(Heard heard) -> {
        of(out, "first-heard", Side.CLIENT);
        out.writeStringField("spoken", heard.protocol().word());
        out.writeStringField("host", heard.host());
        out.writeStringField("name_verified", heard.verified().word());
      }
      case SessionEvent.Connected _ -> of(out, "connected", Side.SERVER);
      case SessionEvent.Reconnected _ -> of(out, "reconnected", Side.SERVER);
      case SessionEvent.FirstBytes(Side side) -> of(out, "first-bytes", side);
      case SessionEvent.FinReceived(Side side) -> of(out, "fin-received", side);
      case SessionEvent.FinSent(Side side) -> of(out, "fin-sent", side);
      case SessionEvent.FinAcknowledged(Side side) -> of(out, "fin-acknowledged", side);
      case SessionEvent.ResetReceived(Side side) -> of(out, "rst-received", side);
      case SessionEvent.ResetSent(Side side) -> of(out, "rst-sent", side);
      case SessionEvent.ExchangeBegan _ -> of(out, "request", Side.CLIENT);
      case SessionEvent.ExchangeEnded _ -> of(out, "response", Side.CLIENT);
      case SessionEvent.StateChanged(_, var to) -> out.writeStringField("event", to.word());
      case SessionEvent.Ended(EndReason reason) -> {
        out.writeStringField("event", reason == EndReason.PARKED ? "parked" : "ended");
        out.writeStringField("reason", reason.word());
      }
    }
  }

  private static void of(JsonGenerator out, String event, Side leg) throws IOException {
    out.writeStringField("event", event);
    out.writeStringField("leg", leg.word());
  }
}
