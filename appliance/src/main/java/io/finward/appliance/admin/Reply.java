package io.finward.appliance.admin;

import io.finward.appliance.text.Json;

/**
 * An answer of the admin API.
 *
 * @param status the HTTP status code
 */
record Reply(int status, String contentType, String body) {
  static Reply json(String body) {
    return new Reply(200, "application/json", body);
  }

  static Reply error(int status, String message) {
    return new Reply(status, "application/json", Json.object("error", message));
  }
}
