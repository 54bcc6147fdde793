package io.finward.proxy;

import io.finward.linux.netns.NetworkNamespace;
import io.finward.proxy.tls.TlsTrust;
import io.finward.proxy.upstream.Parent;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A parent behind TLS on port 9000, as Java has it, which says what a test wants. */
final class TlsServer implements AutoCloseable {
  static final int PORT = 9000;

  private final SSLContext context;
  private final ServerSocket listening;
  private final String version;

  /** The key and certificate of a test, made by openssl: for {@code parent.test} and 127.0.0.1. */
  record Identity(Path pkcs12, Path pem, X509Certificate certificate) {
    static Identity make(Path folder, NetworkNamespace ns) throws Exception {
      Path pem = folder.resolve("cert.pem");
      Path key = folder.resolve("key.pem");
      Path pkcs12 = folder.resolve("identity.p12");
      ns.run(
          "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
              .concat(" -keyout %s -out %s -subj /CN=parent.test".formatted(key, pem))
              .concat(" -addext subjectAltName=DNS:parent.test,IP:127.0.0.1")
              .split(" ", -1));
      ns.run(
          "openssl pkcs12 -export -inkey %s -in %s -out %s -passout pass:secret"
              .formatted(key, pem, pkcs12)
              .split(" ", -1));
      Files.writeString(folder.resolve("both.pem"), Files.readString(key) + Files.readString(pem));
      try (InputStream in = Files.newInputStream(pem)) {
        return new Identity(
            pkcs12,
            folder.resolve("both.pem"),
            (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in));
      }
    }

    /** A parent of that port, whose certificate this must be. */
    Parent parent(int port, String name) throws GeneralSecurityException {
      return new Parent(
          "tls",
          Parent.Protocol.HTTP,
          "127.0.0.1",
          port,
          null,
          null,
          new TlsTrust(List.of(certificate), name));
    }
  }

  private TlsServer(SSLContext context, ServerSocket listening, String version) {
    this.context = context;
    this.listening = listening;
    this.version = version;
  }

  static TlsServer start(NetworkNamespace ns, Identity identity, String version) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(identity.pkcs12())) {
      store.load(in, "secret".toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, "secret".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    ServerSocket listening =
        ns.call(() -> new ServerSocket(PORT, 50, InetAddress.getLoopbackAddress()));
    listening.setSoTimeout(10_000);
    return new TlsServer(context, listening, version);
  }

  /** The next connection before TLS. */
  Socket acceptPlain() throws IOException {
    Socket socket = listening.accept();
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** TLS over it; hands are shaken with the first read. */
  SSLSocket secure(Socket plain) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(plain, plain.getInetAddress().getHostAddress(), PORT, true);
    socket.setUseClientMode(false);
    socket.setEnabledProtocols(new String[] {version});
    return socket;
  }

  SSLSocket accept() throws IOException {
    return secure(acceptPlain());
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
