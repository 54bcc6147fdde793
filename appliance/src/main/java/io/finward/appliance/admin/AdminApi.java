package io.finward.appliance.admin;

import static java.util.concurrent.CompletableFuture.completedFuture;

import io.finward.appliance.explain.Diagram;
import io.finward.appliance.explain.Stories;
import io.finward.appliance.log.LogLevel;
import io.finward.appliance.log.LogLevels;
import io.finward.appliance.observe.FlowSnapshot;
import io.finward.appliance.observe.Observed;
import io.finward.appliance.text.AddressText;
import io.finward.appliance.text.Json;
import io.finward.appliance.version.Version;
import io.finward.proxy.session.SessionSnapshot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked of a running instance. Knows nothing of the connection the question came by,
 * but for whether it may change anything. Thread-safe.
 *
 * <pre>
 * GET  /version                              one object
 * GET  /sessions[?client=ADDR][&amp;half-closed]  array of sessions, oldest first
 * GET  /sessions/ID                          one session, 404 when there is none
 * POST /sessions/ID/kill                     ends it with RST to both sides; Unix socket only
 * GET  /flows                                array of the shadow table's flows
 * GET  /explain?client=ADDR:PORT[&amp;text]      its sessions, newest first; as diagrams
 * GET  /log                                  array of subsystems with their log levels
 * POST /log/SUBSYSTEM/LEVEL                  sets one; Unix socket only
 * POST /drain/SECONDS                        stops when the sessions have ended; Unix socket only
 * GET  /metrics                              Prometheus text
 * GET  /server-status[?auto][&amp;refresh=N]     mod_status' page; its lines for programs
 * </pre>
 */
public final class AdminApi {
  private final Observed observed;
  private final Supplier<String> metrics;
  private final ServerStatus status;
  private final Drain drain;

  /**
   * @param metrics the Prometheus text
   */
  public AdminApi(Observed observed, Supplier<String> metrics, ServerStatus status, Drain drain) {
    this.observed = observed;
    this.metrics = metrics;
    this.status = status;
    this.drain = drain;
  }

  /** Answers a request; the answer completes on any thread. */
  CompletableFuture<Reply> answer(Request request) {
    String[] path = request.path().substring(1).split("/", -1);
    boolean get = request.method().equals("GET");
    return switch (path.length + " " + path[0]) {
      case "1 version" -> get ? completedFuture(version()) : onlyGet();
      case "1 metrics" -> get ? completedFuture(prometheus()) : onlyGet();
      case "1 server-status" -> get ? status.answer(request) : onlyGet();
      case "1 sessions" -> get ? sessions(request) : onlyGet();
      case "1 log" -> get ? completedFuture(levels()) : onlyGet();
      case "3 log" -> completedFuture(setLevel(path[1], path[2], request));
      case "2 drain" -> completedFuture(drain(path[1], request));
      case "1 flows" -> get ? observed.flows().list().thenApply(AdminApi::flows) : onlyGet();
      case "1 explain" -> get ? explain(request) : onlyGet();
      case "2 sessions" -> get ? session(path[1]) : onlyGet();
      case "3 sessions" ->
          path[2].equals("kill") ? kill(path[1], request) : completedFuture(noSuchThing());
      default -> completedFuture(noSuchThing());
    };
  }

  private static Reply version() {
    return Reply.json(
        Json.text(out -> {
          out.writeStartObject();
          out.writeStringField("version", Version.finward());
          out.writeStringField("java", Version.java());
          out.writeStringField("kernel", Version.kernel());
          out.writeNumberField("pid", ProcessHandle.current().pid());
          out.writeEndObject();
        }));
  }

  private Reply prometheus() {
    return new Reply(200, "text/plain; version=0.0.4; charset=utf-8", metrics.get());
  }

  private CompletableFuture<Reply> sessions(Request request) {
    Predicate<SessionSnapshot> wanted = _ -> true;
    if (request.has("half-closed")) {
      wanted = SessionSnapshot::halfClosed;
    }
    String client = request.parameter("client");
    if (client != null) {
      InetAddress address = AddressText.parseAddress(client);
      if (address == null) {
        return completedFuture(
            Reply.error(400, "client = \"%s\" (expected: an IP address)".formatted(client)));
      }
      wanted = wanted.and(session -> session.client().getAddress().equals(address));
    }
    Predicate<SessionSnapshot> filter = wanted;
    return observed
        .sessions()
        .list()
        .thenApply(all -> Reply.json(array(all.stream().filter(filter).toList())));
  }

  private CompletableFuture<Reply> session(String id) {
    return observed
        .sessions()
        .list()
        .thenApply(all ->
            all.stream()
                .filter(session -> Long.toString(session.id()).equals(id))
                .findFirst()
                .map(session -> Reply.json(Json.text(out -> SessionJson.write(out, session))))
                .orElseGet(() -> noSession(id)));
  }

  private CompletableFuture<Reply> kill(String id, Request request) {
    Reply refusal = refusal(request, "POST kills a session", "sessions are killed");
    if (refusal != null) {
      return completedFuture(refusal);
    }
    if (!id.matches("[0-9]{1,18}")) {
      return completedFuture(noSession(id));
    }
    return observed
        .sessions()
        .kill(Long.parseLong(id))
        .thenApply(killed -> killed ? Reply.json("{\"killed\":true}") : noSession(id));
  }

  /** Why a request may not change anything; null when it may. */
  private static @Nullable Reply refusal(Request request, String post, String done) {
    if (!request.method().equals("POST")) {
      return Reply.error(405, post);
    }
    return request.mayChange() ? null : Reply.error(403, done + " through the admin socket only");
  }

  private Reply drain(String seconds, Request request) {
    Reply refusal = refusal(request, "POST drains", "an instance is drained");
    if (refusal != null) {
      return refusal;
    }
    if (!seconds.matches("[0-9]{1,6}")) {
      return Reply.error(400, "%s (expected: 0 to 999999 seconds)".formatted(seconds));
    }
    return drain.begin(Duration.ofSeconds(Long.parseLong(seconds)))
        ? Reply.json("{\"draining\":true}")
        : Reply.error(409, "it is draining already");
  }

  private static Reply levels() {
    return Reply.json(
        Json.text(out -> {
          out.writeStartArray();
          for (Map.Entry<String, String> level : LogLevels.now().entrySet()) {
            out.writeStartObject();
            out.writeStringField("subsystem", level.getKey());
            out.writeStringField("level", level.getValue());
            out.writeEndObject();
          }
          out.writeEndArray();
        }));
  }

  private static Reply setLevel(String subsystem, String word, Request request) {
    LogLevel level = LogLevel.WORDS.get(word);
    Reply refusal = refusal(request, "POST sets a level", "levels are set");
    if (refusal != null) {
      return refusal;
    }
    if (!LogLevels.has(subsystem)) {
      return Reply.error(
          404,
          "no subsystem %s (expected: one of %s)"
              .formatted(subsystem, String.join(", ", LogLevels.subsystems())));
    }
    if (level == null) {
      return Reply.error(
          400, "level = \"%s\" (expected: off, error, warn, info, debug or trace)".formatted(word));
    }
    LogLevels.set(subsystem, level);
    return levels();
  }

  private CompletableFuture<Reply> explain(Request request) {
    String text = Objects.requireNonNullElse(request.parameter("client"), "");
    InetSocketAddress client = AddressText.parseEndpoint(text);
    if (client == null) {
      return completedFuture(
          Reply.error(400, "client = \"%s\" (expected: ADDRESS:PORT)".formatted(text)));
    }
    return observed
        .stories()
        .of(client)
        .thenApply(stories ->
            stories.isEmpty()
                ? Reply.error(404, Stories.unknown(client))
                : request.has("text")
                    ? new Reply(200, "text/plain; charset=utf-8", Diagram.text(stories))
                    : Reply.json(Json.text(out -> StoryJson.write(out, stories))));
  }

  private static Reply flows(List<FlowSnapshot> flows) {
    return Reply.json(
        Json.text(out -> {
          out.writeStartArray();
          for (FlowSnapshot flow : flows) {
            FlowJson.write(out, flow);
          }
          out.writeEndArray();
        }));
  }

  private static String array(List<SessionSnapshot> sessions) {
    return Json.text(out -> {
      out.writeStartArray();
      for (SessionSnapshot session : sessions) {
        SessionJson.write(out, session);
      }
      out.writeEndArray();
    });
  }

  private static Reply noSession(String id) {
    return Reply.error(404, "no session %s".formatted(id));
  }

  private static Reply noSuchThing() {
    return Reply.error(
        404,
        "no such thing (expected: /version, /sessions, /flows, /explain, /log, /metrics"
            + " or /server-status)");
  }

  private static CompletableFuture<Reply> onlyGet() {
    return completedFuture(Reply.error(405, "GET only"));
  }
}
