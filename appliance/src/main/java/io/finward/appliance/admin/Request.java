package io.finward.appliance.admin;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question.
 *
 * @param path decoded, with its leading slash
 * @param parameters of the query
 * @param mayChange whether it came by the Unix socket
 */
record Request(
    String method, String path, Map<String, List<String>> parameters, boolean mayChange) {
  boolean has(String name) {
    return parameters.containsKey(name);
  }

  @Nullable String parameter(String name) {
    List<String> values = parameters.get(name);
    return values == null ? null : values.getFirst();
  }
}
