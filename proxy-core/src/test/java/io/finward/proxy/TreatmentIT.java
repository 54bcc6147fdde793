package io.finward.proxy;

import static io.finward.proxy.ExplicitHarness.ORIGIN;
import static io.finward.proxy.ExplicitHarness.hear;
import static io.finward.proxy.ExplicitHarness.hearAll;
import static io.finward.proxy.ExplicitHarness.say;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.access.Condition;
import io.finward.proxy.access.NameSet;
import io.finward.proxy.http.ClientHeader;
import io.finward.proxy.http.Hop;
import io.finward.proxy.http.Via;
import io.finward.proxy.treatment.Environment.Change;
import io.finward.proxy.treatment.HeaderEdit;
import io.finward.proxy.treatment.HeaderRule;
import io.finward.proxy.treatment.HeaderRule.Message;
import io.finward.proxy.treatment.RequestRule;
import io.finward.proxy.treatment.Treatment;
import io.finward.proxy.upstream.Leg;
import io.finward.proxy.upstream.Parent;
import io.finward.proxy.upstream.Route;
import io.finward.proxy.upstream.Routes;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What rules and the settings of a hop do to requests and answers, seen from both ends. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
@SuppressWarnings("StringConcatToTextBlock") // the ends of lines matter here
class TreatmentIT {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final Condition EVERYTHING = new Condition.All(List.of());

  private static Treatment requests(Change change) {
    return new Treatment(List.of(new RequestRule(EVERYTHING, change)), List.of());
  }

  private static ExplicitHarness open(NetworkNamespace ns, Treatment treatment) throws IOException {
    return open(ns, Hop.SILENT, Leg.PLAIN, treatment);
  }

  private static ExplicitHarness open(NetworkNamespace ns, Hop hop, Leg leg, Treatment treatment)
      throws IOException {
    return new ExplicitHarness(ns, ExplicitHarness.settings(hop, leg, treatment, Routes.DIRECT));
  }

  private static String get(String host, String more) {
    return "GET http://" + host + "/ HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
  }

  @Test
  void withoutKeepAliveEveryRequestHasItsOwnConnection(NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = open(ns, requests(new Change(false, null, null, null)));
        Socket client = door.connect()) {
      for (int i = 0; i < 2; i++) {
        say(client, get(ORIGIN, ""));
        try (Socket server = door.accept()) {
          assertThat(hear(server, "\r\n\r\n")).containsIgnoringCase("connection: close\r\n");
          say(server, OK);
          assertThat(hear(client, "ok")).doesNotContainIgnoringCase("connection: close");
          assertThat(server.getInputStream().read()).isEqualTo(-1);
        }
      }
    }
  }

  @Test
  void anOriginOfHttp10GetsHttp10AndNoChunks(NetworkNamespace ns) throws Exception {
    String post = "POST http://" + ORIGIN + "/ HTTP/1.1\r\nHost: x\r\n";
    try (ExplicitHarness door = open(ns, requests(new Change(null, true, null, null)));
        Socket client = door.connect()) {
      say(client, post + "Content-Length: 2\r\n\r\nhi");
      try (Socket server = door.accept()) {
        assertThat(hear(server, "hi")).startsWith("POST / HTTP/1.0\r\n");
        say(server, "HTTP/1.0 200 OK\r\n\r\nok");
      }
      assertThat(hear(client, "0\r\n\r\n")).startsWith("HTTP/1.1 200 ").contains("ok");
      say(client, post + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
      assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 411 ");
    }
  }

  @Test
  void withoutHalfCloseTheFirstFinEndsTheTunnel(NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = open(ns, requests(new Change(null, null, false, null)));
        Socket client = door.connect()) {
      say(client, "CONNECT " + ORIGIN + " HTTP/1.1\r\nHost: x\r\n\r\n");
      try (Socket server = door.accept()) {
        hear(client, "\r\n\r\n");
        say(client, "last words");
        client.shutdownOutput();
        assertThat(hearAll(server)).isEqualTo("last words");
        assertThat(hearAll(client)).isEmpty();
      }
    }
  }

  @Test
  void withoutHalfCloseAClientThatEndsWantsNoAnswer(NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = open(ns, requests(new Change(null, null, false, null)));
        Socket client = door.connect()) {
      say(client, get(ORIGIN, ""));
      try (Socket server = door.accept()) {
        hear(server, "\r\n\r\n");
        client.shutdownOutput();
        assertThat(server.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"GET http://a.test/, HTTP/1.1 200 ", "CONNECT a.test:443, HTTP/1.1 200 "})
  void clientsAreAskedByTheParent(String request, String success, NetworkNamespace ns)
      throws Exception {
    Parent parent = new Parent("corp", Parent.Protocol.HTTP, "127.0.0.1", 7000, null, null, null);
    Routes routes = new Routes(List.of(new Route(EVERYTHING, List.of(parent))));
    String ask = request + " HTTP/1.1\r\nHost: x\r\n";
    try (ExplicitHarness door =
            new ExplicitHarness(
                ns,
                ExplicitHarness.settings(
                    Hop.SILENT, Leg.PLAIN, requests(new Change(null, null, null, true)), routes));
        Socket client = door.connect()) {
      say(client, ask + "\r\n");
      try (Socket first = door.accept()) {
        hear(first, "\r\n\r\n");
        say(
            first,
            "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=\"corp\"\r\n"
                + "Connection: close\r\nContent-Length: 0\r\n\r\n");
        assertThat(hear(client, "\r\n\r\n"))
            .startsWith("HTTP/1.1 407 ")
            .containsIgnoringCase("proxy-authenticate: Basic realm=\"corp\"\r\n");
      }
      try (Socket again = door.connect()) {
        say(again, ask + "Proxy-Authorization: Basic YTpi\r\n\r\n");
        try (Socket second = door.accept()) {
          assertThat(hear(second, "\r\n\r\n"))
              .containsIgnoringCase("proxy-authorization: Basic YTpi\r\n");
          say(second, OK);
          assertThat(hear(again, "\r\n\r\n")).startsWith(success);
        }
      }
    }
  }

  @Test
  void headersAreEditedBothWaysWhereTheRulesSay(NetworkNamespace ns) throws Exception {
    Condition elsewhere = new Condition.Name(() -> NameSet.of(List.of("elsewhere.test")));
    Treatment treatment =
        new Treatment(
            List.of(),
            List.of(
                new HeaderRule(EVERYTHING, Message.REQUEST, new HeaderEdit.Unset("Referer")),
                new HeaderRule(
                    EVERYTHING, Message.REQUEST, new HeaderEdit.Assign("X-Office", "berlin")),
                new HeaderRule(elsewhere, Message.REQUEST, new HeaderEdit.Unset("X-Kept")),
                new HeaderRule(
                    EVERYTHING,
                    Message.ANSWER,
                    new HeaderEdit.Edit(
                        "Location", Pattern.compile("^http://([a-z]+)"), "https://$1", false))));
    try (ExplicitHarness door = open(ns, treatment);
        Socket client = door.connect()) {
      say(client, get(ORIGIN, "Referer: http://secret/\r\nX-Kept: yes\r\nX-Office: paris\r\n"));
      try (Socket server = door.accept()) {
        assertThat(hear(server, "\r\n\r\n"))
            .doesNotContainIgnoringCase("referer")
            .doesNotContain("paris")
            .contains("X-Office: berlin\r\n", "X-Kept: yes\r\n");
        say(
            server,
            "HTTP/1.1 302 There\r\nLocation: http://there/\r\nX-Office: a\r\nContent-Length: 0\r\n\r\n");
        assertThat(hear(client, "\r\n\r\n"))
            .contains("Location: https://there/\r\n", "X-Office: a\r\n");
      }
    }
  }

  @Test
  void originsAreToldOfClients(NetworkNamespace ns) throws Exception {
    Hop hop = new Hop(Via.ON, EnumSet.allOf(ClientHeader.class), OptionalInt.of(5), true, null);
    try (ExplicitHarness door = open(ns, hop, Leg.PLAIN, Treatment.NONE);
        Socket client = door.connect()) {
      say(client, get(ORIGIN, "X-Forwarded-For: 192.0.2.1\r\nForwarded: for=192.0.2.1\r\n"));
      try (Socket server = door.accept()) {
        String head = hear(server, "\r\n\r\n");
        assertThat(head)
            .contains(
                "X-Forwarded-For: 192.0.2.1, 127.0.0.1\r\n",
                "X-Forwarded-Host: 127.0.0.1:7000\r\n",
                "X-Forwarded-Server: ",
                "Forwarded: for=192.0.2.1, for=127.0.0.1;host=\"127.0.0.1:7000\";proto=http\r\n")
            .containsIgnoringCase("max-forwards: 5\r\n");
        say(server, OK);
        hear(client, "ok");
        // The same request comes back.
        String via = head.lines().filter(line -> line.matches("(?i)via:.*")).findFirst().orElse("");
        say(client, get(ORIGIN, via + "\r\n"));
        assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 400 ");
      }
    }
    try (ExplicitHarness door = open(ns, hop, Leg.PLAIN, Treatment.NONE);
        Socket client = door.connect()) {
      say(client, get(ORIGIN, "Max-Forwards: 3\r\n"));
      try (Socket server = door.accept()) {
        assertThat(hear(server, "\r\n\r\n")).containsIgnoringCase("max-forwards: 2\r\n");
        say(server, OK);
        hear(client, "ok");
      }
      say(client, get(ORIGIN, "Max-Forwards: 0\r\n"));
      assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 400 ");
      assertThat(door.received()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET http://intranet/a?b, http://intranet.example.test/a?b",
    "HEAD http://intranet:8080, http://intranet.example.test:8080/"
  })
  void namesWithoutADotAreSentToTheDomain(String request, String to, NetworkNamespace ns)
      throws Exception {
    Hop hop =
        new Hop(
            Via.OFF,
            EnumSet.noneOf(ClientHeader.class),
            OptionalInt.empty(),
            false,
            ".example.test");
    try (ExplicitHarness door = open(ns, hop, Leg.PLAIN, Treatment.NONE);
        Socket client = door.connect()) {
      say(client, request + " HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(hear(client, "\r\n\r\n"))
          .startsWith("HTTP/1.1 301 ")
          .containsIgnoringCase("location: " + to + "\r\n");
      try (Socket other = door.connect()) {
        say(other, get("localhost:7000", ""));
        try (Socket server = door.accept()) {
          hear(server, "\r\n\r\n");
          say(server, OK);
          assertThat(hear(other, "ok")).startsWith("HTTP/1.1 200 ");
        }
      }
    }
  }

  @Test
  void connectionsComeFromTheAddressThatIsSaid(NetworkNamespace ns) throws Exception {
    ns.run("ip", "-6", "addr", "add", "2001:db8::9/128", "dev", "lo");
    Leg leg =
        new Leg(
            (Inet4Address) InetAddress.ofLiteral("127.0.0.9"),
            (Inet6Address) InetAddress.ofLiteral("2001:db8::9"),
            8192);
    try (ExplicitHarness door = open(ns, Hop.SILENT, leg, Treatment.NONE);
        ServerSocket ipv6 = ns.call(() -> new ServerSocket(7001, 9, InetAddress.ofLiteral("::1")));
        Socket client = door.connect()) {
      say(client, get(ORIGIN, ""));
      try (Socket server = door.accept()) {
        assertThat(server.getInetAddress()).isEqualTo(leg.source4());
        hear(server, "\r\n\r\n");
        say(server, OK);
        hear(client, "ok");
      }
      say(client, get("[::1]:7001", ""));
      try (Socket server = ipv6.accept()) {
        assertThat(server.getInetAddress()).isEqualTo(leg.source6());
      }
    }
  }
}
