package io.finward.appliance.command;

import io.finward.appliance.admin.AdminClient;
import io.finward.appliance.text.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The running instance of a configuration, found by its admin socket. */
@Command
final class Instance {
  @Mixin private final ConfigOption config = new ConfigOption();

  /** The body of an answer that is not an error. */
  String get(String path) throws CommandFailedException {
    return ask("GET", path);
  }

  /** Has something done. */
  void post(String path) throws CommandFailedException {
    ask("POST", path);
  }

  /** An array of flat objects. */
  static List<Map<String, String>> rows(String body) throws CommandFailedException {
    try {
      return Json.rows(body);
    } catch (IOException e) {
      throw new CommandFailedException(
          "the instance's answer is not understood: " + e.getMessage());
    }
  }

  private String ask(String method, String path) throws CommandFailedException {
    try {
      AdminClient.Answer answer = new AdminClient(config.socket()).ask(method, path);
      if (!answer.ok()) {
        List<Map<String, String>> error = rows(answer.body());
        throw new CommandFailedException(
            error.isEmpty()
                ? answer.body()
                : error.getFirst().getOrDefault("error", answer.body()));
      }
      return answer.body();
    } catch (IOException e) {
      throw new CommandFailedException(String.valueOf(e.getMessage()));
    }
  }
}
