package io.finward.proxy;

import static io.finward.proxy.ExplicitHarness.hear;
import static io.finward.proxy.ExplicitHarness.hearAll;
import static io.finward.proxy.ExplicitHarness.say;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.TlsServer.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of an explicit door that a parent behind TLS gets as they are, not by CONNECT. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
@SuppressWarnings("StringConcatToTextBlock") // the ends of lines matter here
class TlsHttpParentIT {
  private static final String GET = "GET http://origin.test/ HTTP/1.1\r\nHost: origin.test\r\n\r\n";

  @TempDir private Path folder;
  private Identity identity;

  @BeforeEach
  void makeIdentity(NetworkNamespace ns) throws Exception {
    identity = Identity.make(folder, ns);
  }

  private ExplicitHarness door(NetworkNamespace ns, String name) throws Exception {
    return new ExplicitHarness(ns, Doors.with(identity.parent(TlsServer.PORT, name)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void oneConnectionCarriesManyRequestsOfAnyLength(String version, NetworkNamespace ns)
      throws Exception {
    String body = "x".repeat(1_000_000);
    try (TlsServer parent = TlsServer.start(ns, identity, version);
        ExplicitHarness door = door(ns, "parent.test");
        Socket client = door.connect()) {
      say(client, GET);
      try (SSLSocket server = parent.accept()) {
        assertThat(hear(server, "\r\n\r\n")).startsWith("GET http://origin.test/ HTTP/1.1\r\n");
        say(server, "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + body);
        assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 200 OK");
        assertThat(client.getInputStream().readNBytes(body.length())).hasSize(body.length());
        say(
            client,
            GET.replace("GET", "POST").replace("\r\n\r\n", "\r\nContent-Length: 1000000\r\n\r\n"));
        Thread writer =
            Thread.ofPlatform()
                .start(() -> {
                  try {
                    say(client, body);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
        assertThat(hear(server, "\r\n\r\n")).startsWith("POST http://origin.test/ HTTP/1.1\r\n");
        assertThat(server.getInputStream().readNBytes(body.length())).hasSize(body.length());
        writer.join();
        say(server, "HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 204 ");
      }
    }
  }

  /** Without a length only close_notify says that an answer is whole. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAnswerThatIsCutShortIsNotPassedOnAsWhole(boolean whole, NetworkNamespace ns)
      throws Exception {
    try (TlsServer parent = TlsServer.start(ns, identity, "TLSv1.3");
        ExplicitHarness door = door(ns, "parent.test");
        Socket client = door.connect()) {
      say(client, GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
      Socket plain = parent.acceptPlain();
      SSLSocket server = parent.secure(plain);
      hear(server, "\r\n\r\n");
      say(server, "HTTP/1.1 200 OK\r\n\r\nhalf");
      if (whole) {
        server.close();
      } else {
        plain.close();
      }
      // The last chunk says that nothing is missing.
      assertThat(hearAll(client).endsWith("\r\n0\r\n\r\n")).isEqualTo(whole);
    }
  }

  @Test
  void anotherProtocolIsATunnel(NetworkNamespace ns) throws Exception {
    try (TlsServer parent = TlsServer.start(ns, identity, "TLSv1.3");
        ExplicitHarness door = door(ns, "parent.test");
        Socket client = door.connect()) {
      say(client, GET.replace("\r\n\r\n", "\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"));
      try (SSLSocket server = parent.accept()) {
        assertThat(hear(server, "\r\n\r\n")).containsIgnoringCase("upgrade: echo");
        say(server, "HTTP/1.1 101 Over\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello");
        assertThat(hear(client, "hello")).startsWith("HTTP/1.1 101 ").endsWith("hello");
        say(client, "ping");
        client.shutdownOutput();
        assertThat(hearAll(server)).isEqualTo("ping");
        say(server, "pong");
        server.shutdownOutput();
        assertThat(hearAll(client)).isEqualTo("pong");
      }
      await().until(() -> door.proxy.sessions().open() == 0);
    }
  }

  @Test
  void aParentThatIsNotWhoItMustBeIs503(NetworkNamespace ns) throws Exception {
    try (TlsServer parent = TlsServer.start(ns, identity, "TLSv1.3")) {
      // One that still writes its handshake when we close may meet that instead of the alert.
      await()
          .pollInSameThread()
          .until(() -> refused(parent, ns), words -> words.contains("certificate_unknown"));
    }
  }

  /** What such a parent hears; the client gets 503. */
  private String refused(TlsServer parent, NetworkNamespace ns) throws Exception {
    try (ExplicitHarness door = door(ns, "other.test");
        Socket client = door.connect()) {
      say(client, GET);
      try (SSLSocket server = parent.accept()) {
        Throwable thrown = catchThrowable(() -> server.getInputStream().read());
        assertThat(hear(client, "\r\n\r\n")).startsWith("HTTP/1.1 503 ");
        assertThat(thrown).isInstanceOf(IOException.class);
        return String.valueOf(thrown.getMessage());
      }
    }
  }
}
