package io.finward.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.door.ExplicitSettings;
import io.finward.proxy.door.OriginSettings;
import io.finward.proxy.http.Hop;
import io.finward.proxy.intercept.OriginalClient;
import io.finward.proxy.limit.Admission;
import io.finward.proxy.limit.ProxyLimits;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.listen.Looking;
import io.finward.proxy.listen.ProxyProtocol;
import io.finward.proxy.listen.SourceAddress;
import io.finward.proxy.opening.OpeningSettings;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.treatment.Treatment;
import io.finward.proxy.upstream.DialSettings;
import io.finward.proxy.upstream.Leg;
import io.finward.proxy.upstream.Routes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An explicit door on port 3128 and an origin on port 7000 of a namespace's loopback. */
final class ExplicitHarness implements AutoCloseable {
  static final String ORIGIN = "127.0.0.1:7000";
  private static final int PORT = 3128;
  private static final ProxyLimits LIMITS =
      new ProxyLimits(
          Duration.ofSeconds(10),
          Duration.ofHours(2),
          Duration.ofMinutes(5),
          4000,
          8000,
          Integer.MAX_VALUE);
  private static final int PATIENCE_MILLIS = 10_000;
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  final Proxy proxy;
  final ConcurrentLinkedQueue<SessionEvent> events = new ConcurrentLinkedQueue<>();
  private final NetworkNamespace namespace;
  private final ServerSocket origin;

  /** The defaults but for these. */
  static ExplicitSettings settings(AccessPolicy policy, OriginSettings origins) {
    ExplicitSettings unset = ExplicitSettings.of(policy);
    return new ExplicitSettings(
        unset.policy(),
        unset.authenticator(),
        unset.realm(),
        unset.errorPages(),
        unset.head(),
        unset.keepAlive(),
        unset.connect(),
        unset.maxHead(),
        unset.hop(),
        unset.nameServers(),
        unset.routes(),
        origins,
        unset.leg(),
        unset.rates(),
        unset.treatment());
  }

  /** The defaults but for these. */
  static ExplicitSettings settings(Hop hop, Leg leg, Treatment treatment, Routes routes) {
    ExplicitSettings unset = ExplicitSettings.of(AccessPolicy.OPEN);
    return new ExplicitSettings(
        unset.policy(),
        unset.authenticator(),
        unset.realm(),
        unset.errorPages(),
        unset.head(),
        unset.keepAlive(),
        unset.connect(),
        unset.maxHead(),
        hop,
        unset.nameServers(),
        () -> routes,
        unset.origins(),
        leg,
        unset.rates(),
        () -> treatment);
  }

  ExplicitHarness(NetworkNamespace namespace, AccessPolicy policy) throws IOException {
    this(namespace, ExplicitSettings.of(policy));
  }

  ExplicitHarness(NetworkNamespace namespace, ExplicitSettings explicit) throws IOException {
    this(namespace, explicit, ProxyProtocol.NONE);
  }

  ExplicitHarness(
      NetworkNamespace namespace, ExplicitSettings explicit, ProxyProtocol proxyProtocol)
      throws IOException {
    this.namespace = namespace;
    ListenerSettings listener =
        new ListenerSettings(
            "proxy",
            ListenerMode.EXPLICIT,
            new InetSocketAddress(InetAddress.getByName("::"), PORT),
            SourceAddress.GATEWAY,
            Looking.NEEDED,
            null,
            proxyProtocol);
    ProxySettings settings =
        new ProxySettings(
            List.of(listener),
            LIMITS,
            LoopSettings.of(1),
            new DialSettings(ProxyHarness.MARK, false),
            OriginalClient.PEER,
            Admission.ALWAYS,
            AccessPolicy.OPEN,
            OpeningSettings.DEFAULT,
            explicit,
            (_, event) -> events.add(event));
    proxy = namespace.call(() -> Proxy.open(settings, namespace.threadFactory()));
    proxy.start();
    origin = namespace.call(() -> new ServerSocket(7000, 4096, LOOPBACK));
    origin.setSoTimeout(PATIENCE_MILLIS);
  }

  /** A client's connection to the door. */
  Socket connect() throws IOException {
    return connect(LOOPBACK.getHostAddress(), LOOPBACK.getHostAddress(), PORT);
  }

  /** A connection from one address to another, the door's or somebody else's. */
  Socket connect(String from, String to, int port) throws IOException {
    Socket socket =
        namespace.call(
            () -> new Socket(InetAddress.getByName(to), port, InetAddress.getByName(from), 0));
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  /** The origin's next connection. */
  Socket accept() throws IOException {
    Socket socket = origin.accept();
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  /**
   * Everything that the origin has received on a connection that is there already or comes soon;
   * empty without one. To be called when the client has seen the end of its own.
   */
  String received() throws IOException {
    origin.setSoTimeout(50);
    try (Socket server = accept()) {
      return new String(server.getInputStream().readAllBytes(), ISO_8859_1);
    } catch (SocketTimeoutException _) {
      return "";
    } finally {
      origin.setSoTimeout(PATIENCE_MILLIS);
    }
  }

  static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  /** What comes up to and including some text, or to the end. */
  static String hear(Socket socket, String until) throws IOException {
    StringBuilder heard = new StringBuilder();
    while (heard.indexOf(until) < 0) {
      int b = socket.getInputStream().read();
      if (b < 0) {
        break;
      }
      heard.append((char) b);
    }
    return heard.toString();
  }

  /** What comes to the end. */
  static String hearAll(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    origin.close();
  }
}
