package io.finward.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import io.finward.appliance.text.Json;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** The report for programs: one object a variant. */
final class JsonReport {
  private JsonReport() {}

  static String of(Environment environment, Way way, Results results) {
    return Json.text(out -> {
      out.writeStartObject();
      out.writeObjectFieldStart("environment");
      for (Map.Entry<String, String> fact : environment.facts().entrySet()) {
        out.writeStringField(fact.getKey().replace(' ', '_'), fact.getValue());
      }
      out.writeEndObject();
      out.writeStringField("mode", way.mode());
      out.writeStringField("family", way.family());
      out.writeNumberField("others", results.others());
      out.writeNumberField("stolen", results.stolen());
      out.writeArrayFieldStart("figures");
      for (String contestant : results.contestants()) {
        for (Metric metric : Metric.values()) {
          figure(out, results, contestant, metric);
        }
      }
      out.writeEndArray();
      out.writeArrayFieldStart("samples");
      for (Sample sample : results.samples()) {
        sample(out, sample);
      }
      out.writeEndArray();
      out.writeArrayFieldStart("notes");
      for (String note : results.notes()) {
        out.writeString(note);
      }
      out.writeEndArray();
      out.writeEndObject();
    });
  }

  private static void figure(JsonGenerator out, Results results, String contestant, Metric metric)
      throws IOException {
    Optional<Spread> spread = results.spread(contestant, metric);
    if (spread.isEmpty()) {
      return;
    }
    out.writeStartObject();
    out.writeStringField("contestant", contestant);
    out.writeStringField("figure", metric.label());
    out.writeStringField("unit", metric.unit());
    out.writeNumberField("median", spread.get().median());
    out.writeNumberField("low", spread.get().low());
    out.writeNumberField("high", spread.get().high());
    out.writeNumberField("count", spread.get().count());
    Optional<Spread> ratio = results.ratio(contestant, metric);
    if (ratio.isPresent()) {
      out.writeNumberField("ratio", ratio.get().median());
    }
    if (contestant.equals(Contestant.FINWARD)) {
      Double target = metric.target();
      if (target != null) {
        out.writeNumberField("target", target);
        out.writeStringField("verdict", Report.verdict(metric, results));
      }
    }
    out.writeEndObject();
  }

  private static void sample(JsonGenerator out, Sample sample) throws IOException {
    out.writeStartObject();
    out.writeStringField("contestant", sample.contestant());
    out.writeStringField("figure", sample.metric().label());
    out.writeNumberField("round", sample.round());
    out.writeNumberField("value", sample.value());
    out.writeNumberField("stolen", sample.share().stolen());
    out.writeNumberField("others", sample.share().others());
    out.writeBooleanField("dropped", sample.dropped());
    out.writeEndObject();
  }
}
