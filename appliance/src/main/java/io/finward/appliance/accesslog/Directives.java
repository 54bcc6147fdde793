package io.finward.appliance.accesslog;

import io.finward.appliance.accesslog.LogFormat.Part;
import io.finward.appliance.text.AddressText;
import io.finward.proxy.session.HttpExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Apache's directives and what they say of a forward proxy's requests. What a proxy has none of,
 * files, environment, notes, trailers, is {@code -}.
 */
final class Directives {
  private static final Part NOTHING = (_, out) -> out.add('-');
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  private final ZoneId zone;

  Directives(ZoneId zone) {
    this.zone = zone;
  }

  /**
   * The directive of a name; null when there is none.
   *
   * @param argument what stood in braces, or empty
   * @throws BadFormatException what is wrong with the argument; the position is within it
   */
  @Nullable Part of(String name, String argument) throws BadFormatException {
    return switch (name) {
      case "a" ->
          argument.equals("c")
              ? address(event -> event.session().peer().getAddress())
              : address(event -> event.session().client().getAddress());
      case "h" -> address(event -> event.session().client().getAddress());
      case "A" -> address(event -> event.session().local().getAddress());
      case "b" -> number(event -> event.contentSent() == 0 ? -1 : event.contentSent());
      case "B" -> number(LogEvent::contentSent);
      case "C" -> header(event -> ofExchange(event, http -> cookie(http, argument)));
      case "D" -> number(LogEvent::micros);
      case "f" -> text(event -> event.target().isEmpty() ? null : "proxy:" + event.target());
      case "H" -> text(LogEvent::protocol);
      case "i" -> header(event -> ofExchange(event, http -> http.requestHeader(argument)));
      case "I" -> number(LogEvent::bytesReceived);
      case "k" -> number(event -> event.exchange() == null ? 0 : event.exchange().keepAlives());
      case "m" -> text(LogEvent::method);
      case "o" -> header(event -> ofExchange(event, http -> responseHeader(http, argument)));
      case "O" -> number(LogEvent::bytesSent);
      case "p" -> port(argument);
      case "P" -> processId(argument);
      case "q" -> query();
      case "r" -> text(LogEvent::requestLine);
      case "R" -> (_, out) -> out.add("proxy-server");
      case "s" -> number(event -> event.status() == 0 ? -1 : event.status());
      case "S" -> number(event -> event.bytesReceived() + event.bytesSent());
      case "t" -> TimeFormat.parse(argument, zone);
      case "T" -> duration(argument);
      case "u" -> Directives::user;
      case "U" -> text(LogEvent::target);
      case "v" -> hostName();
      case "V" -> text(LogEvent::host);
      case "X" -> (event, out) -> out.add(event.connectionStatus());
      case "x" -> OwnTokens.of(argument);
      case "c", "e", "l", "L", "n", "^FB", "^ti", "^to" -> NOTHING;
      default -> null;
    };
  }

  /** Text from the network; {@code -} without any. */
  static Part text(Function<LogEvent, @Nullable String> text) {
    return (event, out) -> {
      String value = text.apply(event);
      if (value == null || value.isEmpty()) {
        out.add('-');
      } else {
        out.escaped(value);
      }
    };
  }

  /** A header; as Apache, nothing at all when it is there and empty. */
  private static Part header(Function<LogEvent, @Nullable String> value) {
    return (event, out) -> {
      String header = value.apply(event);
      if (header == null) {
        out.add('-');
      } else {
        out.escaped(header);
      }
    };
  }

  /** A number of 0 or more; {@code -} below. */
  static Part number(ToLongFunction<LogEvent> number) {
    return (event, out) -> {
      long value = number.applyAsLong(event);
      if (value < 0) {
        out.add('-');
      } else {
        out.add(value);
      }
    };
  }

  private static Part address(Function<LogEvent, InetAddress> address) {
    return (event, out) -> out.add(AddressText.format(address.apply(event)));
  }

  private static @Nullable String ofExchange(
      LogEvent event, Function<HttpExchange, @Nullable String> header) {
    return event.exchange() == null ? null : header.apply(event.exchange());
  }

  /** Apache cuts the parameters off the content type, and off nothing else. */
  private static @Nullable String responseHeader(HttpExchange exchange, String name) {
    String value = exchange.responseHeader(name);
    if (value == null || !name.equalsIgnoreCase("Content-Type")) {
      return value;
    }
    int parameters = value.indexOf(';');
    return parameters < 0 ? value : value.substring(0, parameters).stripTrailing();
  }

  private static @Nullable String cookie(HttpExchange exchange, String name) {
    String cookies = exchange.requestHeader("Cookie");
    if (cookies != null) {
      for (String pair : cookies.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
          return pair.substring(equals + 1).strip();
        }
      }
    }
    return null;
  }

  private static void user(LogEvent event, LineBuffer out) {
    String user = event.exchange() == null ? null : event.exchange().user();
    if (user == null) {
      out.add('-');
    } else if (user.isEmpty()) {
      out.add("\"\"");
    } else {
      out.escaped(user.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static Part port(String argument) throws BadFormatException {
    return switch (argument.toLowerCase(Locale.ROOT)) {
      case "", "canonical" -> number(event -> event.port() == 0 ? -1 : event.port());
      case "local" -> number(event -> event.session().local().getPort());
      case "remote" -> number(event -> event.session().client().getPort());
      default -> throw new BadFormatException(1, "canonical, local or remote in %{...}p");
    };
  }

  private static Part processId(String argument) throws BadFormatException {
    return switch (argument) {
      case "", "pid" -> {
        long pid = ProcessHandle.current().pid();
        yield number(_ -> pid);
      }
      case "tid", "hextid" -> NOTHING;
      default -> throw new BadFormatException(1, "pid, tid or hextid in %{...}P");
    };
  }

  /** As Apache: nothing at all where there is no query. */
  private static Part query() {
    return (event, out) -> {
      int query = event.target().indexOf('?');
      if (query >= 0) {
        out.escaped(event.target().substring(query));
      }
    };
  }

  private static Part duration(String unit) throws BadFormatException {
    return switch (unit) {
      case "", "s" -> number(event -> event.micros() / 1_000_000);
      case "ms" -> number(event -> event.micros() / 1000);
      case "us" -> number(LogEvent::micros);
      default -> throw new BadFormatException(1, "s, ms or us in %{...}T");
    };
  }

  /** Apache's default for {@code ServerName}: this machine's. */
  private static Part hostName() {
    String name;
    try {
      name = Files.readString(HOST_NAME).strip();
    } catch (IOException _) {
      name = "-";
    }
    String said = name;
    return (_, out) -> out.escaped(said);
  }
}
