package io.finward.appliance.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Broken configurations, each with the whole message an operator gets. */
@Timeout(30)
class BrokenConfigTest {
  private static final String WEB = "{ name = web, mode = redirect, bind = \"0.0.0.0:8080\" }";

  @TempDir private Path folder;

  /** Line 2 has the listener "web" unless the case brings its own listeners. */
  static Stream<Arguments> broken() {
    return Stream.of(
        // Keys
        inside(
            "timeout { idle = 1h }",
            "3: timeout = {\"idle\":\"1h\"} (expected: no such key;"
                + " known here: access, admin, busy-poll, error-pages, explicit, half-close, headers, intercept, limits,"
                + " listeners, log, opening, parents, request, route, rules, scheduling, threads, timeouts, users)"),
        inside(
            "timeouts { idel = 1h }",
            "3: timeouts.idel = \"1h\" (expected: no such key; known here: connect, idle)"),
        inside(
            "\n\nadmin = \"127.0.0.1:9190\"",
            "5: admin = \"127.0.0.1:9190\" (expected: a section in braces, as in { key = value })"),
        inside(
            "opening { peek = 1 }",
            "3: opening.peek = 1 (expected: a duration with a unit: ms, s, m, h or d, as in 5m)"),
        inside(
            "log { levels { parents = loud } }",
            "3: log.levels.parents = \"loud\" (expected: one of debug, error, info, off, trace, warn)"),
        inside(
            "log { levels { proxi = debug } }",
            "3: log.levels.proxi = \"debug\" (expected: no such key; known here: access-log, admin,"
                + " config, conntrack, default, netlink, netty, parents, proxy, rules, session)"),
        // Listeners
        listeners("[]", "2: listeners = [] (expected: a list of listeners, at least one)"),
        listeners(
            "[{ mode = redirect, bind = \"0.0.0.0:8080\" }]",
            "2: listeners[0].name is missing (expected: a name, as in web)"),
        listeners(
            "[{ name = \"Web Server\", mode = redirect, bind = \"0.0.0.0:8080\" }]",
            "2: listeners[0].name = \"Web Server\" (expected: 1 to 32 lower-case letters, digits"
                + " and hyphens)"),
        listeners(
            "[{ name = web, mode = transparent, bind = \"0.0.0.0:8080\" }]",
            "2: listeners[0].mode = \"transparent\" (expected: one of explicit, redirect, tproxy)"),
        listeners(
            "[{ name = web, mode = redirect, bind = \"0.0.0.0:8080\", names = all }]",
            "2: listeners[0].names = \"all\" (expected: one of needed, seen, verified)"),
        listeners(
            "[{ name = door, mode = explicit, bind = \"0.0.0.0:8080\", http-headers { via = on } }]",
            "2: listeners[0].http-headers = {\"via\":\"on\"} (expected: none: explicit listeners have"
                + " explicit { via, forwarded-for })"),
        listeners(
            "[{ name = door, mode = explicit, bind = \"0.0.0.0:8080\", names = seen }]",
            "2: listeners[0].names = \"seen\" (expected: needed: to an explicit listener clients"
                + " say where they go; redirect and tproxy look)"),
        listeners(
            "[{ name = web, mode = redirect, bind = \"[::]:8080\", proxy-protocol {} }]",
            "2: listeners[0].proxy-protocol.from is missing (expected: networks of balancers, as in"
                + " { from = [\"192.0.2.10\"] })"),
        listeners(
            "[{ name = web, mode = redirect, bind = \"[::]:8080\", proxy-protocol = true }]",
            "2: listeners[0].proxy-protocol = true (expected: a section in braces, as in { key ="
                + " value })"),
        listeners(
            "[{ name = web, mode = redirect, bind = \"[::]:8080\","
                + " proxy-protocol { from = [lb.test] } }]",
            "2: listeners[0].proxy-protocol.from[0] = \"lb.test\" (expected: an IP address or a"
                + " network, as in 192.0.2.1, 198.51.100.0/24 or 2001:db8::/32)"),
        listeners(
            "[{ name = web, mode = redirect, bind = \"[::]:8080\", send-proxy-protocol = v3 }]",
            "2: listeners[0].send-proxy-protocol = \"v3\" (expected: v1 or v2)"),
        listeners(
            "[{ name = web, mode = redirect, bind = 8080 }]",
            "2: listeners[0].bind = 8080 (expected: an IP address and a port from 1 to 65535, as in"
                + " 192.0.2.1:80 or [::]:80)"),
        listeners(
            "[{ name = web, mode = redirect, bind = \"gateway.example:8080\" }]",
            "2: listeners[0].bind = \"gateway.example:8080\" (expected: an IP address and a port"
                + " from 1 to 65535, as in 192.0.2.1:80 or [::]:80)"),
        listeners(
            "[{ name = web, mode = redirect, bind = \":::8080\" }]",
            "2: listeners[0].bind = \":::8080\" (expected: an IP address and a port from 1 to 65535,"
                + " as in 192.0.2.1:80 or [::]:80)"),
        listeners(
            "[{ name = web, mode = redirect, bind = \"0.0.0.0:65536\" }]",
            "2: listeners[0].bind = \"0.0.0.0:65536\" (expected: an IP address and a port from 1 to"
                + " 65535, as in 192.0.2.1:80 or [::]:80)"),
        listeners(
            "[{ name = p, mode = explicit, bind = \"0.0.0.0:3128\", source = client }]",
            "2: listeners[0].source = \"client\" (expected: gateway: the client's own address is for"
                + " redirect and tproxy listeners)"),
        inside(
            "parents = [{ name = corp, url = \"ftp://proxy.example:3128\" }]",
            "3: parents[0].url = \"ftp://proxy.example:3128\" (expected: http://, https:// or"
                + " socks5://HOST:PORT, as in http://proxy.example.org:3128)"),
        inside(
            "parents = [{ name = corp, url = \"http://a:1\", ca = \"/x.pem\" }]",
            "3: parents[0].ca = \"/x.pem\" (expected: an url that begins with https:// as well)"),
        inside(
            "parents = [{ name = corp, url = \"https://a:1\", ca = \"/no/such.pem\" }]",
            "3: parents[0].ca = \"/no/such.pem\" (expected: a file that is there)"),
        inside(
            "parents = [{ name = corp, url = \"https://a:1\", ca = \"/etc/passwd\" }]",
            "3: parents[0].ca = \"/etc/passwd\" (expected: a file that can be read; it has no"
                + " certificates in PEM)"),
        inside(
            "parents = [{ name = corp, url = \"https://a:1\", certificate-name = \"*.x\" }]",
            "3: parents[0].certificate-name = \"*.x\" (expected: a host name or an IP address, as in"
                + " proxy.example.org)"),
        inside(
            "parents = [{ name = corp, url = \"http://a:1\" }, { name = corp, url = \"http://b:1\" }]",
            "3: parents[1].name = \"corp\" (expected: a name of its own; another parent has it)"),
        inside(
            "parents = [{ name = own, url = \"http://127.0.0.1:8080\" }]",
            "3: parents[0].url = \"http://127.0.0.1:8080\" (expected: another proxy; listener web in"
                + " line 2 has this address)"),
        inside(
            "parents = [{ name = corp, url = \"http://a:1\", user = me }]",
            "3: parents[0].user = \"me\" (expected: parents[0].password as well)"),
        inside(
            "route = [{ via = all, parents = corp }]",
            "3: route[0].parents = \"corp\" (expected: the name of a parent; there are none in"
                + " parents)"),
        inside(
            "route = [{ direct = all, via = all }]",
            "3: route[0] = {\"direct\":\"all\",\"via\":\"all\"} (expected: direct or via, as in {"
                + " direct { destination = \"10.0.0.0/8\" } } or { via = all, parents = corp })"),
        inside(
            "route = [{ via { port = 80 } }]",
            "3: route[0].parents is missing (expected: names of parents, in order)"),
        inside(
            "error-pages { 403 = \"/nonexistent/page.html\" }",
            "3: error-pages.403 = \"/nonexistent/page.html\" (expected: a file that is there)"),
        inside(
            "error-pages { 200 = \"/etc/hosts\" }",
            "3: error-pages.200 = \"/etc/hosts\" (expected: no such key; known here: 400, 403, 405,"
                + " 407, 408, 417, 431, 501, 502, 503, 504, 505)"),
        inside(
            "explicit { connect-ports = [] }",
            "3: explicit.connect-ports = [] (expected: one value, or a list of them with at least one)"),
        inside(
            "explicit { connect-ports = \"all\" }",
            "3: explicit.connect-ports = \"all\" (expected: a port from 1 to 65535 or a range of them,"
                + " as in \"80\" or \"8000-8099\")"),
        inside(
            "explicit { via = always }",
            "3: explicit.via = \"always\" (expected: one of block, full, off, on)"),
        inside(
            "explicit { max-head = 512 }",
            "3: explicit.max-head = 512 (expected: a whole number from 1024 to 1048576)"),
        inside(
            "explicit { name-servers = \"resolver.example:53\" }",
            "3: explicit.name-servers = \"resolver.example:53\" (expected: an IP address and a port"
                + " from 1 to 65535, as in 192.0.2.1:80 or [::]:80)"),
        listeners(
            "[" + WEB + "\n{ name = web, mode = tproxy, bind = \"0.0.0.0:8081\" }]",
            "3: listeners[1].name = \"web\" (expected: a name of its own; listeners[0] in line 2 has"
                + " it)"),
        listeners(
            "[" + WEB + "\n{ name = all, mode = tproxy, bind = \"[::]:8080\" }]",
            "3: listeners[1].bind = \"[::]:8080\" (expected: an address and port of its own;"
                + " listener web in line 2 has it)"),
        // Intercept
        inside(
            "intercept = [{ listener = wbe, destinations = [\"198.51.100.0/24\"] }]",
            "3: intercept[0].listener = \"wbe\" (expected: the name of a listener: web)"),
        inside(
            "intercept = [{ listener = web }]",
            "3: intercept[0].destinations is missing (expected: a list of networks, at least one, as"
                + " in [\"198.51.100.0/24\"])"),
        inside(
            "intercept = [{ listener = web, destinations = \"198.51.100.0/24\" }]",
            "3: intercept[0].destinations = \"198.51.100.0/24\" (expected: a list of networks, at"
                + " least one, as in [\"198.51.100.0/24\"])"),
        inside(
            "intercept = [{ listener = web, destinations = [\"198.51.100.7/24\"] }]",
            "3: intercept[0].destinations[0] = \"198.51.100.7/24\" (expected: no bit set past the"
                + " prefix: 198.51.100.0/24 for the network, 198.51.100.7 for the one address)"),
        inside(
            "intercept = [{ listener = web, destinations = [\"198.51.100.0/33\"] }]",
            "3: intercept[0].destinations[0] = \"198.51.100.0/33\" (expected: a prefix length from"
                + " /0 to /32)"),
        inside(
            "intercept = [{ listener = web, destinations = [\"www.example.com\"] }]",
            "3: intercept[0].destinations[0] = \"www.example.com\" (expected: an IP address or a"
                + " network, as in 192.0.2.1, 198.51.100.0/24 or 2001:db8::/32)"),
        inside(
            "intercept = [{ listener = web, destinations = [\"10.1\"] }]",
            "3: intercept[0].destinations[0] = \"10.1\" (expected: an IP address or a network, as in"
                + " 192.0.2.1, 198.51.100.0/24 or 2001:db8::/32)"),
        inside(
            "intercept = [{ listener = web, destinations = [\"2001:db8::/32\"] }]",
            "3: intercept[0].destinations[0] = \"2001:db8::/32\" (expected: IPv4, because listener"
                + " web binds 0.0.0.0:8080; bind = \"[::]:8080\" serves both)"),
        inside(
            "intercept = [{ listener = web, destinations = [\"10.0.0.0/8\", \"10.1.0.0/16\"] }]",
            "3: intercept[0].destinations[1] = \"10.1.0.0/16\" (expected: no overlap with [0],"
                + " 10.0.0.0/8)"),
        inside(
            "intercept = [{ listener = web, destinations = [\"127.0.0.0/8\"] }]",
            "3: intercept[0].destinations[0] = \"127.0.0.0/8\" (expected: addresses that a client"
                + " reaches through this gateway)"),
        inside(
            "intercept = [{ listener = web, destinations = [\"10.0.0.1\"], ports = [\"99-80\"] }]",
            "3: intercept[0].ports[0] = \"99-80\" (expected: the lower port first: \"80-99\")"),
        inside(
            "intercept = [{ listener = web, destinations = [\"10.0.0.1\"], ports = [0] }]",
            "3: intercept[0].ports[0] = 0 (expected: a port from 1 to 65535 or a range of them, as"
                + " in \"80\" or \"8000-8099\")"),
        inside(
            "intercept = [{ listener = web, destinations = [\"10.0.0.1\"], ports = [] }]",
            "3: intercept[0].ports = [] (expected: a list of ports, at least one, as in [\"80\","
                + " \"8000-8099\"]; without the key: all)"),
        inside(
            "intercept = [{ listener = web, destinations = [\"10.0.0.1\"], clients = [\"2001:db8::/32\"] }]",
            "3: intercept[0].clients = [\"2001:db8::/32\"] (expected: IPv4 networks too, for"
                + " destinations[0] = 10.0.0.1)"),
        arguments(
            """
            finward {
              listeners = [
                { name = web, mode = redirect, bind = "0.0.0.0:8080" }
                { name = proxy, mode = explicit, bind = "0.0.0.0:3128" }
              ]
              intercept = [ { listener = proxy, destinations = ["198.51.100.0/24"] } ]
            }
            """,
            List.of(
                "6: intercept[0].listener = \"proxy\" (expected: a listener of mode redirect or"
                    + " tproxy; proxy is explicit)")),
        arguments(
            """
            finward {
              listeners = [
                { name = web, mode = redirect, bind = "192.0.2.1:8080" }
                { name = all, mode = tproxy, bind = "0.0.0.0:8081" }
              ]
              intercept = [
                { listener = web, destinations = ["192.0.2.1"], ports = ["80"] }
                { listener = web, destinations = ["198.51.100.0/24"], ports = ["80"] }
                { listener = all, destinations = ["198.51.100.7"] }
              ]
            }
            """,
            List.of(
                "7: intercept[0].destinations[0] = \"192.0.2.1\" (expected: not the gateway's own"
                    + " address: listener web in line 3 binds it, and would be its own upstream)",
                "9: intercept[2].listener = \"all\" (expected: web, because intercept[1] in line 8"
                    + " takes some of the same connections there)")),
        // Values
        inside(
            "timeouts { connect = 10 }",
            "3: timeouts.connect = 10 (expected: a duration with a unit: ms, s, m, h or d, as in"
                + " 5m)"),
        inside(
            "timeouts { connect = 0s }",
            "3: timeouts.connect = \"0s\" (expected: a duration longer than 0 and of at most 365d)"),
        inside(
            "timeouts { idle = -1h }",
            "3: timeouts.idle = \"-1h\" (expected: a duration with a unit: ms, s, m, h or d, as in"
                + " 5m)"),
        inside(
            "half-close { hold = 10m, park = 5m }",
            "3: half-close.park = \"5m\" (expected: at least half-close.hold, 10m)"),
        inside(
            "half-close { hold = 48h }",
            "3: half-close.hold = \"48h\" (expected: at most half-close.park, 24h)"),
        inside(
            "limits { table-alarm = 95 }",
            "3: limits.table-alarm = 95 (expected: at most limits.table-refuse, 90)"),
        inside(
            "limits { table-refuse = 50 }",
            "3: limits.table-refuse = 50 (expected: at least limits.table-alarm, 80)"),
        inside(
            "limits { table-refuse = 101 }",
            "3: limits.table-refuse = 101 (expected: a whole number from 1 to 100)"),
        inside(
            "half-close { max-held = many }",
            "3: half-close.max-held = \"many\" (expected: a whole number from 1 to 10000000)"),
        inside(
            "limits { sessions = 0 }",
            "3: limits.sessions = 0 (expected: a whole number from 1 to 10000000)"),
        inside(
            "limits { sessions = 1000, descriptors = 1024 }",
            "3: limits.sessions = 1000 (expected: at most 384, two descriptors for each session"
                + " within limits.descriptors = 1024)"),
        inside("rules { nat = maybe }", "3: rules.nat = \"maybe\" (expected: true or false)"),
        inside(
            "rules { track-tproxy = sometimes }",
            "3: rules.track-tproxy = \"sometimes\" (expected: auto, true or false)"),
        inside(
            "rules { on-stop = flush }", "3: rules.on-stop = \"flush\" (expected: keep or remove)"),
        inside(
            "rules { upstream-mark = 0 }",
            "3: rules.upstream-mark = 0 (expected: a mark from 0x1 to 0xffffffff)"),
        inside(
            "rules { upstream-mark = 7, tproxy-mark = 7 }",
            "3: rules.upstream-mark = 7 (expected: two different marks for upstream sockets and"
                + " TPROXY packets)"),
        inside(
            "rules { nflog-group = 70000 }",
            "3: rules.nflog-group = 70000 (expected: a whole number from 1 to 65535)"),
        inside("busy-poll = 1001", "3: busy-poll = 1001 (expected: a whole number from 0 to 1000)"),
        inside("scheduling = fifo", "3: scheduling = \"fifo\" (expected: batch or other)"),
        inside("threads = 0.5", "3: threads = 0.5 (expected: a whole number from 1 to 1024)"),
        inside(
            "admin { http = \"127.0.0.1:8080\" }",
            "3: admin.http = \"127.0.0.1:8080\" (expected: an address and port of its own; listener"
                + " web in line 2 has it)"),
        inside(
            "admin { http = \"127.0.0.1:9190\", jmx = \"127.0.0.1:9190\" }",
            "3: admin.jmx = \"127.0.0.1:9190\" (expected: an address and port of its own; admin.http"
                + " has it)"),
        inside(
            "admin { socket = admin.sock }",
            "3: admin.socket = \"admin.sock\" (expected: an absolute path of at most 100"
                + " characters)"),
        // The file as a whole
        arguments("", List.of("0: finward is missing (expected: finward { listeners = [...] })")),
        arguments(
            "finward {\n  rules { nat = true }\n}",
            List.of("1: listeners is missing (expected: a list of listeners, at least one)")),
        arguments(
            "finward.listeners = [" + WEB + "]\nfinwrad.threads = 2",
            List.of(
                "2: finwrad = {\"threads\":2} (expected: no such key; everything is in finward {"
                    + " ... })")));
  }

  private static Arguments inside(String text, String... problems) {
    return arguments("finward {\n listeners = [" + WEB + "]\n" + text + "\n}\n", List.of(problems));
  }

  private static Arguments listeners(String text, String... problems) {
    return arguments("finward {\n listeners = " + text + "\n}\n", List.of(problems));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void isRefusedWithLineValueAndWhatWasExpected(String text, List<String> problems) {
    assertThat(ConfigFiles.problems(folder, text)).containsExactlyElementsOf(problems);
  }

  @Test
  void everythingWrongIsToldAtOnceInTheOrderOfTheLines() {
    assertThat(
            ConfigFiles.problems(
                folder,
                """
                finward {
                  timeouts { connect = soon, idle = 1 }
                  listeners = [ { name = WEB, mode = redirect, bind = "0.0.0.0:8080" } ]
                  color = blue
                }
                """))
        .extracting(problem -> problem.substring(0, problem.indexOf(" (")))
        .containsExactlyInAnyOrder(
            "2: timeouts.connect = \"soon\"",
            "2: timeouts.idle = 1",
            "3: listeners[0].name = \"WEB\"",
            "4: color = \"blue\"");
  }

  @Test
  void aSyntaxErrorHasItsLine() {
    assertThat(ConfigFiles.problems(folder, "finward {\n  listeners = [\n    { name = web\n"))
        .singleElement()
        .asString()
        .startsWith("4: ");
  }

  @Test
  void anUnresolvedSubstitutionHasItsLine() {
    assertThat(
            ConfigFiles.problems(
                folder, "finward {\n  listeners = [" + WEB + "]\n  threads = ${cores}\n}\n"))
        .singleElement()
        .asString()
        .startsWith("3: ")
        .contains("cores");
  }
}
