package io.finward.appliance.explain;

import io.finward.appliance.text.AddressText;
import io.finward.appliance.text.Ages;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.Heard;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Side;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A story as a sequence diagram for a terminal. Times are seconds since the accept. */
public final class Diagram {
  private static final DateTimeFormatter ACCEPTED =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Story story;
  private final Canvas canvas = new Canvas();
  private final List<Forgetting> untold;

  private Diagram(Story story) {
    this.story = story;
    untold = new ArrayList<>(story.forgettings());
  }

  /** All of them, in the order given, with a blank line between. */
  public static String text(List<Story> stories) {
    return stories.stream()
        .map(story -> new Diagram(story).draw())
        .collect(Collectors.joining("\n"));
  }

  private String draw() {
    canvas.line(
        "session %d of listener %s: %s to %s"
            .formatted(
                story.id(),
                story.listener(),
                AddressText.format(story.client()),
                AddressText.format(story.destination())));
    canvas.line(
        "accepted %s; %s from the client, %s from the server"
            .formatted(
                ACCEPTED.format(Instant.ofEpochMilli(story.acceptedMillis())),
                Ages.size(story.bytesFromClient()),
                Ages.size(story.bytesFromServer())));
    canvas.line("");
    canvas.heads();
    boolean finSeen = false;
    for (Told told : story.moments()) {
      waited(told);
      switch (told.moment()) {
        case Moment.Seen(SessionEvent event) -> {
          seen(told.micros(), event);
          if (event instanceof SessionEvent.FinReceived(Side from) && !finSeen) {
            finSeen = true;
            canvas.note("the %s closed first: half-closed, held".formatted(from.word()));
          }
        }
        case Moment.OfEntry moment -> entry(told.micros(), moment);
      }
    }
    if (story.reason() == null) {
      canvas.note(story.askedMicros(), "alive");
    }
    CloseWait wait = story.closeWait();
    if (wait != null && !wait.over()) {
      canvas.note(
          "the %s has not closed: %s in CLOSE_WAIT so far"
              .formatted(wait.side().word(), time(wait)));
    }
    return canvas.toString();
  }

  /** Before the FIN or RST that ends it: how long its sender sat in CLOSE_WAIT. */
  private void waited(Told told) {
    CloseWait wait = story.closeWait();
    if (wait != null && wait.over() && told.equals(ending(wait))) {
      canvas.note("the %s sat in CLOSE_WAIT for %s".formatted(wait.side().word(), time(wait)));
    }
  }

  private Told ending(CloseWait wait) {
    return story.moments().stream()
        .filter(told -> told.micros() == wait.toMicros())
        .filter(told -> CloseWait.isEndOf(wait.side(), told.moment()))
        .findFirst()
        .orElseThrow();
  }

  private static String time(CloseWait wait) {
    return Ages.age((wait.toMicros() - wait.fromMicros()) / 1000);
  }

  private void seen(long micros, SessionEvent event) {
    switch (event) {
      case SessionEvent.Accepted _ ->
          canvas.arrow(micros, Side.CLIENT, true, "SYN, accepted", false);
      case SessionEvent.FirstHeard(Heard heard) -> canvas.note(micros, heard(heard));
      case SessionEvent.Connected _ ->
          canvas.arrow(micros, Side.SERVER, false, "SYN, connected", false);
      case SessionEvent.FirstBytes(Side from) ->
          canvas.arrow(micros, from, true, "first bytes", false);
      case SessionEvent.FinReceived(Side from) -> canvas.arrow(micros, from, true, "FIN", false);
      case SessionEvent.FinSent(Side to) -> canvas.arrow(micros, to, false, "FIN", false);
      case SessionEvent.FinAcknowledged(Side from) ->
          canvas.arrow(micros, from, true, "ACK of FIN, noticed", false);
      case SessionEvent.ResetReceived(Side from) -> canvas.arrow(micros, from, true, "RST", false);
      case SessionEvent.ResetSent(Side to) -> canvas.arrow(micros, to, false, "RST", false);
      case SessionEvent.StateChanged _,
          SessionEvent.Reconnected _,
          SessionEvent.ExchangeBegan _,
          SessionEvent.ExchangeEnded _ -> {}
      case SessionEvent.Ended(EndReason reason) -> canvas.note(micros, ended(reason));
    }
  }

  private static String heard(Heard heard) {
    String host = heard.host();
    String said =
        switch (heard.protocol()) {
          case TLS -> host == null ? "TLS without a name" : "TLS, SNI " + host;
          case HTTP -> host == null ? "HTTP without Host" : "HTTP, Host " + host;
          case HTTP2 -> "HTTP/2 in the clear";
          case OTHER -> "the client speaks something else";
          case SILENT -> "the client waits for the server";
          case UNFINISHED -> "no whole hello or head in time";
          case MALFORMED -> "a malformed hello or head";
        };
    return switch (heard.verified()) {
      case YES -> said + ": the name is verified";
      case NO -> said + ": not verified";
      case UNASKED -> said;
    };
  }

  private static String ended(EndReason reason) {
    return reason == EndReason.PARKED
        ? "parked: the sockets were given up, the flow is remembered"
        : "ended: " + reason.word();
  }

  private void entry(long micros, Moment.OfEntry moment) {
    String leg = moment.leg().word();
    untold.removeIf(lost -> {
      boolean now = lost.latestMicros() <= micros;
      if (now) {
        forgotten(lost);
      }
      return now;
    });
    switch (moment) {
      case Moment.Late late -> {
        canvas.arrow(
            micros,
            late.leg(),
            !late.fromProxy(),
            "late " + late.packet().toUpperCase(Locale.ROOT),
            true);
        canvas.note("stopped by the wall; " + outcome(late));
      }
      case Moment.EntryMadeAgain _ ->
          canvas.note("Finward made the %s's conntrack entry again".formatted(leg));
      case Moment.EntryNotMade(_, String answer) ->
          canvas.note(
              "Finward could not make the %s's conntrack entry again: %s".formatted(leg, answer));
      case Moment.Leased _ -> canvas.note(micros, "%s's conntrack entry renewed".formatted(leg));
    }
  }

  private void forgotten(Forgetting lost) {
    canvas.note(
        "the kernel forgot the %s's entry between %+.6f and %+.6f%s"
            .formatted(
                lost.leg().word(),
                lost.earliestMicros() / 1e6,
                lost.latestMicros() / 1e6,
                lost.reason() == null ? "" : ": " + lost.reason()));
  }

  private static String outcome(Moment.Late late) {
    return switch (late.outcome()) {
      case "translated" -> "sent again by TCP, then translated";
      case "reset" -> "acted on: the session ends";
      default -> "nothing more could be done";
    };
  }
}
