package io.finward.proxy.tls;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Who vouches for a server, and for which name. Equal to another that trusts the same: what is
 * known of a parent outlives a reading of the same configuration. Immutable; any thread.
 */
public final class TlsTrust {
  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  private final List<X509Certificate> authorities;
  private final String name;
  private final SSLContext context;

  /**
   * The trust of one server.
   *
   * @param authorities whose signature counts; empty: those that the Java run-time trusts
   * @param name a host name, or an IP address without brackets, that the server's certificate must
   *     be for (RFC 9525); a host name is sent as SNI (RFC 6066, 3)
   * @throws GeneralSecurityException when Java cannot use the certificates
   */
  public TlsTrust(List<X509Certificate> authorities, String name) throws GeneralSecurityException {
    this.authorities = List.copyOf(authorities);
    this.name = name;
    context = SSLContext.getInstance("TLS");
    context.init(null, trusted(this.authorities), null);
  }

  private static TrustManager @Nullable [] trusted(List<X509Certificate> authorities)
      throws GeneralSecurityException {
    if (authorities.isEmpty()) {
      return null;
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new IllegalStateException("an empty store reads nothing", e);
    }
    int number = 0;
    for (X509Certificate authority : authorities) {
      store.setCertificateEntry(Integer.toString(number++), authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  /** A new client's end, whose handshake fails unless the server is who it must be. */
  SSLEngine engine(int port) {
    SSLEngine engine = context.createSSLEngine(name, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(VERSIONS);
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    if (!NetUtil.isValidIpV4Address(name) && !NetUtil.isValidIpV6Address(name)) {
      parameters.setServerNames(List.of(new SNIHostName(name)));
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TlsTrust that
        && name.equals(that.name)
        && authorities.equals(that.authorities);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + authorities.hashCode();
  }

  @Override
  public String toString() {
    return "TLS to " + name;
  }
}
