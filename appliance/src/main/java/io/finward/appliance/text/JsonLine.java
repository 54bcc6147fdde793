package io.finward.appliance.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A flat JSON object on one line of ASCII: whatever is not, is escaped. Fields without a value are
 * left out. Used by one thread.
 */
public final class JsonLine {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final JsonGenerator out;

  private JsonLine(JsonGenerator out) {
    this.out = out;
  }

  /** The bytes of an object that {@code fields} fills; no end of line. */
  public static byte[] of(Consumer<JsonLine> fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
      out.writeStartObject();
      fields.accept(new JsonLine(out));
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a ByteArrayOutputStream failed", e);
    }
    return bytes.toByteArray();
  }

  /** A text field, unless the value is null or empty. */
  public JsonLine text(String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      try {
        out.writeStringField(name, value);
      } catch (IOException e) {
        throw new UncheckedIOException("a ByteArrayOutputStream failed", e);
      }
    }
    return this;
  }

  /** A number field, unless the value is below 0. */
  public JsonLine number(String name, long value) {
    if (value >= 0) {
      try {
        out.writeNumberField(name, value);
      } catch (IOException e) {
        throw new UncheckedIOException("a ByteArrayOutputStream failed", e);
      }
    }
    return this;
  }
}
