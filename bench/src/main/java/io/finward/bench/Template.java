package io.finward.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** The configurations in {@code bench/peers}, with their {@code @WORDS@} filled in. */
final class Template {
  private Template() {}

  static String fill(String name, Map<String, String> values) throws IOException {
    try (InputStream in = Template.class.getResourceAsStream("peers/" + name)) {
      if (in == null) {
        throw new IOException("bench/peers/%s is not in the class path".formatted(name));
      }
      String text = new String(in.readAllBytes(), UTF_8);
      for (Map.Entry<String, String> value : values.entrySet()) {
        text = text.replace("@" + value.getKey() + "@", value.getValue());
      }
      return text;
    }
  }
}
