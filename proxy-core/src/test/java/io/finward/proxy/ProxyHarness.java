package io.finward.proxy;

import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.door.ExplicitSettings;
import io.finward.proxy.intercept.OriginalClient;
import io.finward.proxy.limit.Admission;
import io.finward.proxy.limit.ProxyLimits;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.listen.Looking;
import io.finward.proxy.listen.ProxyProtocol;
import io.finward.proxy.listen.SourceAddress;
import io.finward.proxy.opening.OpeningSettings;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Sessions;
import io.finward.proxy.upstream.DialSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A proxy on port 8080 of a namespace whose loopback connections to port 7000 are redirected to it,
 * and a server that listens on port 7000. The proxy's own connections are told apart by their mark.
 */
final class ProxyHarness implements AutoCloseable {
  static final int SERVER_PORT = 7000;
  static final int PROXY_PORT = 8080;
  static final int MARK = 0x46570002;
  static final ProxyLimits LIMITS =
      new ProxyLimits(
          Duration.ofSeconds(2),
          Duration.ofHours(2),
          Duration.ofMinutes(5),
          4000,
          4000,
          Integer.MAX_VALUE);

  final NetworkNamespace namespace;
  final InetAddress address;
  final Proxy proxy;
  final ServerSocket server;
  final ConcurrentLinkedQueue<SessionEvent> events = new ConcurrentLinkedQueue<>();

  private ProxyHarness(
      NetworkNamespace namespace,
      InetAddress address,
      ProxyLimits limits,
      AccessPolicy access,
      OpeningSettings opening,
      ExplicitSettings explicit,
      ProxyProtocol proxyProtocol)
      throws IOException {
    this.namespace = namespace;
    this.address = address;
    namespace.run(
        "nft",
        "add table inet t; add chain inet t out { type nat hook output priority -100; };"
            + " add rule inet t out meta mark != %d tcp dport { %d, 7001-7010 } redirect to :%d"
                .formatted(MARK, SERVER_PORT, PROXY_PORT));
    ListenerSettings listener =
        new ListenerSettings(
            "web",
            ListenerMode.REDIRECT,
            new InetSocketAddress(InetAddress.getByName("::"), PROXY_PORT),
            SourceAddress.GATEWAY,
            Looking.NEEDED,
            null,
            proxyProtocol);
    ProxySettings settings =
        new ProxySettings(
            List.of(listener),
            limits,
            LoopSettings.of(2),
            new DialSettings(MARK, false),
            OriginalClient.PEER,
            Admission.ALWAYS,
            access,
            opening,
            explicit,
            (_, event) -> events.add(event));
    proxy = namespace.call(() -> Proxy.open(settings, namespace.threadFactory()));
    proxy.start();
    // Room for all that a test never accepts: past it the kernel acknowledges nothing they are
    // sent.
    server = namespace.call(() -> new ServerSocket(SERVER_PORT, 256, address));
    server.setSoTimeout(10_000);
  }

  static ProxyHarness start(NetworkNamespace namespace, String address, ProxyLimits limits)
      throws IOException {
    return new ProxyHarness(
        namespace,
        InetAddress.getByName(address),
        limits,
        AccessPolicy.OPEN,
        OpeningSettings.DEFAULT,
        ExplicitSettings.of(AccessPolicy.OPEN),
        ProxyProtocol.NONE);
  }

  static ProxyHarness start(NetworkNamespace namespace, String address, AccessPolicy access)
      throws IOException {
    return start(namespace, address, access, OpeningSettings.DEFAULT);
  }

  static ProxyHarness start(
      NetworkNamespace namespace, String address, AccessPolicy access, OpeningSettings opening)
      throws IOException {
    return new ProxyHarness(
        namespace,
        InetAddress.getByName(address),
        LIMITS,
        access,
        opening,
        ExplicitSettings.of(AccessPolicy.OPEN),
        ProxyProtocol.NONE);
  }

  static ProxyHarness start(NetworkNamespace namespace, String address) throws IOException {
    return start(namespace, address, LIMITS);
  }

  /** With routes and a header's time of {@code explicit}, and the listener's PROXY protocol. */
  static ProxyHarness start(
      NetworkNamespace namespace,
      String address,
      AccessPolicy access,
      ExplicitSettings explicit,
      ProxyProtocol proxyProtocol)
      throws IOException {
    return new ProxyHarness(
        namespace,
        InetAddress.getByName(address),
        LIMITS,
        access,
        OpeningSettings.DEFAULT,
        explicit,
        proxyProtocol);
  }

  Sessions sessions() {
    return proxy.sessions();
  }

  /** A client's connection to the server, through the proxy. */
  Socket connect() throws IOException {
    return connect(SERVER_PORT);
  }

  Socket connect(int port) throws IOException {
    Socket socket = namespace.call(() -> new Socket(address, port));
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** The server's end of the connection that the proxy made. */
  Socket accept() throws IOException {
    Socket socket = server.accept();
    socket.setSoTimeout(10_000);
    return socket;
  }

  boolean ended(EndReason reason) {
    return events.contains(new SessionEvent.Ended(reason));
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    server.close();
  }
}
