package io.finward.proxy;

import static io.finward.proxy.ExplicitHarness.ORIGIN;
import static io.finward.proxy.ExplicitHarness.hear;
import static io.finward.proxy.ExplicitHarness.say;
import static org.assertj.core.api.Assertions.assertThat;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.access.Verdict;
import io.finward.proxy.door.OriginSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which connections to origins serve another client, and which never do. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
@SuppressWarnings("StringConcatToTextBlock") // the ends of lines matter here
class OriginPoolIT {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final OriginSettings LONG = new OriginSettings(Duration.ofMinutes(5), 100, 10);

  private static ExplicitHarness open(NetworkNamespace ns, OriginSettings origins)
      throws IOException {
    return new ExplicitHarness(ns, ExplicitHarness.settings(AccessPolicy.OPEN, origins));
  }

  private static String get(String more) {
    return "GET http://" + ORIGIN + "/ HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
  }

  /** The origin answers the request that is there. */
  private static void answer(Socket server, String answer) throws IOException {
    assertThat(hear(server, "\r\n\r\n")).startsWith("GET / ");
    say(server, answer);
  }

  private static void served(Socket client) throws IOException {
    assertThat(hear(client, "ok")).startsWith("HTTP/1.1 200 ");
  }

  private static void hangUp(Socket client) throws IOException {
    client.close();
  }

  @Test
  void theNextClientHasTheConnectionOfTheOneBefore(NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = open(ns, LONG);
        Socket first = door.connect();
        Socket second = door.connect()) {
      say(first, get(""));
      try (Socket server = door.accept()) {
        answer(server, OK);
        served(first);
        hangUp(first);
        for (int i = 0; i < 3; i++) {
          say(second, get(""));
          answer(server, OK);
          served(second);
        }
      }
    }
  }

  @Test
  void overIpv6AsWell(NetworkNamespace ns) throws Exception {
    String get = "GET http://[::1]:7000/ HTTP/1.1\r\nHost: x\r\n\r\n";
    try (ExplicitHarness door = open(ns, LONG);
        ServerSocket origin =
            ns.call(() -> new ServerSocket(7000, 9, InetAddress.ofLiteral("::1")));
        Socket first = door.connect();
        Socket second = door.connect()) {
      say(first, get);
      try (Socket server = origin.accept()) {
        answer(server, OK);
        served(first);
        say(second, get);
        answer(server, OK);
        served(second);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
        // Half of an answer that nobody asked for, with the answer and after it.
        OK + "HTTP/1.1 200 OK\r\nX",
        OK + "H",
        OK + OK,
      })
  void aConnectionThatIsNotCleanIsClosed(String answer, NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = open(ns, LONG);
        Socket first = door.connect();
        Socket second = door.connect()) {
      say(first, get(""));
      try (Socket server = door.accept()) {
        answer(server, answer);
        served(first);
        assertThat(server.getInputStream().read()).isEqualTo(-1);
      }
      say(second, get(""));
      try (Socket server = door.accept()) {
        answer(server, OK);
        served(second);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n", "x"})
  void whatASilentConnectionSaysIsNobodysAnswer(String word, NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = open(ns, LONG);
        Socket first = door.connect();
        Socket second = door.connect()) {
      say(first, get(""));
      try (Socket server = door.accept()) {
        answer(server, OK);
        served(first);
        say(server, word);
        server.shutdownOutput();
        // Whether the loop has seen it already or finds it when it looks.
        say(second, get(""));
        try (Socket another = door.accept()) {
          answer(another, OK);
          served(second);
        }
        assertThat(server.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void aStaleConnectionIsReplacedOnce(NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = open(ns, LONG);
        Socket first = door.connect();
        Socket second = door.connect()) {
      say(first, get(""));
      try (Socket server = door.accept()) {
        answer(server, OK);
        served(first);
        say(second, get(""));
        hear(server, "\r\n\r\n");
      }
      try (Socket another = door.accept()) {
        hear(another, "\r\n\r\n");
      }
      assertThat(hear(second, "\r\n\r\n")).startsWith("HTTP/1.1 502 ");
      assertThat(door.received()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"NTLM", "Negotiate", "Basic realm=\"a, b\", negotiate abc"})
  void aConnectionThatAuthenticatesIsItsClientsAlone(String scheme, NetworkNamespace ns)
      throws Exception {
    String asks =
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: "
            + scheme
            + "\r\nContent-Length: 2\r\n\r\nno";
    try (ExplicitHarness door = open(ns, LONG);
        Socket first = door.connect();
        Socket second = door.connect()) {
      say(first, get(""));
      try (Socket server = door.accept()) {
        answer(server, asks);
        assertThat(hear(first, "no")).contains("401");
        say(second, get(""));
        try (Socket another = door.accept()) {
          answer(another, OK);
          served(second);
          say(first, get("Authorization: NTLM TlRMTVNTUAAB\r\n"));
          answer(server, OK);
          served(first);
          // Neither does the other's, which is free, serve the first.
          say(first, get(""));
          answer(server, OK);
          served(first);
        }
        hangUp(first);
        assertThat(server.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void aRequestThatAuthenticatesMakesAPooledConnectionItsClientsOwn(NetworkNamespace ns)
      throws Exception {
    try (ExplicitHarness door = open(ns, LONG);
        Socket first = door.connect();
        Socket second = door.connect()) {
      say(first, get(""));
      try (Socket server = door.accept()) {
        answer(server, OK);
        served(first);
        say(first, get("Authorization: Negotiate YIIabc\r\n"));
        answer(server, OK);
        served(first);
        say(second, get(""));
        try (Socket another = door.accept()) {
          answer(another, OK);
          served(second);
        }
      }
    }
  }

  @Test
  void thePolicyIsAskedAboutWaitingConnections(NetworkNamespace ns) throws Exception {
    AccessPolicy policy =
        request ->
            request.address() != null && "DELETE".equals(request.method())
                ? new Verdict.Deny("test")
                : new Verdict.Allow();
    try (ExplicitHarness door = new ExplicitHarness(ns, ExplicitHarness.settings(policy, LONG));
        Socket first = door.connect();
        Socket second = door.connect()) {
      say(first, "GET http://localhost:7000/ HTTP/1.1\r\nHost: x\r\n\r\n");
      try (Socket server = door.accept()) {
        answer(server, OK);
        served(first);
        say(second, "DELETE http://localhost:7000/ HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(hear(second, "\r\n\r\n")).startsWith("HTTP/1.1 403 ");
        // It is still good for others.
        say(first, "GET http://localhost:7000/ HTTP/1.1\r\nHost: x\r\n\r\n");
        answer(server, OK);
        served(first);
      }
    }
  }

  @Test
  void itWaitsForAWhileOnly(NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = open(ns, new OriginSettings(Duration.ofMillis(300), 100, 10));
        Socket client = door.connect()) {
      say(client, get(""));
      try (Socket server = door.accept()) {
        answer(server, OK);
        served(client);
        assertThat(server.getInputStream().read()).isEqualTo(-1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void onlySoManyWait(boolean ofOneOrigin, NetworkNamespace ns) throws Exception {
    OriginSettings one =
        new OriginSettings(Duration.ofMinutes(5), ofOneOrigin ? 100 : 1, ofOneOrigin ? 1 : 100);
    try (ExplicitHarness door = open(ns, one);
        Socket first = door.connect();
        Socket second = door.connect()) {
      say(first, get(""));
      try (Socket longest = door.accept()) {
        say(second, get(""));
        try (Socket server = door.accept()) {
          answer(longest, OK);
          served(first);
          answer(server, OK);
          served(second);
          assertThat(longest.getInputStream().read()).isEqualTo(-1);
          say(first, get(""));
          answer(server, OK);
          served(first);
        }
      }
    }
  }

  @Test
  void withoutAPoolEachStaysWithItsClient(NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = open(ns, new OriginSettings(Duration.ofMinutes(5), 0, 10));
        Socket first = door.connect();
        Socket second = door.connect()) {
      say(first, get(""));
      try (Socket server = door.accept()) {
        answer(server, OK);
        served(first);
        say(second, get(""));
        try (Socket another = door.accept()) {
          answer(another, OK);
          served(second);
        }
        say(first, get(""));
        answer(server, OK);
        served(first);
        hangUp(first);
        assertThat(server.getInputStream().read()).isEqualTo(-1);
      }
    }
  }
}
