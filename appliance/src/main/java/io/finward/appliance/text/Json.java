package io.finward.appliance.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as the admin API speaks it: flat objects, and arrays of them. */
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /** Writes something with a generator. */
  @FunctionalInterface
  public interface Body {
    /** Writes one JSON value. */
    void write(JsonGenerator out) throws IOException;
  }

  /** The text of a value. */
  public static String text(Body body) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(text)) {
      body.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter failed", e);
    }
    return text.toString();
  }

  /** What an HTTP answer of our own says to a client that asks for JSON. */
  public static String problem(int status, String detail) {
    return text(out -> {
      out.writeStartObject();
      out.writeNumberField("status", status);
      out.writeStringField("detail", detail);
      out.writeEndObject();
    });
  }

  /** An object of one string field. */
  public static String object(String field, String value) {
    return text(out -> {
      out.writeStartObject();
      out.writeStringField(field, value);
      out.writeEndObject();
    });
  }

  /**
   * A flat object, or an array of flat objects, every value as text in the order it came.
   *
   * @throws IOException when it is something else
   */
  public static List<Map<String, String>> rows(String text) throws IOException {
    List<Map<String, String>> rows = new ArrayList<>();
    try (JsonParser in = FACTORY.createParser(text)) {
      for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
        if (token == JsonToken.START_OBJECT) {
          rows.add(row(in));
        } else if (token != JsonToken.START_ARRAY && token != JsonToken.END_ARRAY) {
          throw new IOException("%s (expected: an object)".formatted(token));
        }
      }
    }
    return rows;
  }

  private static Map<String, String> row(JsonParser in) throws IOException {
    Map<String, String> row = new LinkedHashMap<>();
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String field = in.currentName();
      if (in.nextToken().isStructStart()) {
        throw new IOException("%s is nested (expected: a flat object)".formatted(field));
      }
      row.put(field, in.getText());
    }
    return row;
  }
}
