package io.finward.appliance.config;

import io.finward.appliance.text.AddressText;
import io.finward.proxy.header.HeaderVersion;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.tls.TlsTrust;
import io.finward.proxy.upstream.Parent;
import io.finward.proxy.upstream.Parent.Protocol;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code parents}. */
final class ParentsReader {
  private static final Map<String, Protocol> PROTOCOLS =
      Map.of("http", Protocol.HTTP, "https", Protocol.HTTP, "socks5", Protocol.SOCKS5);
  private static final Kind<URI> URL =
      value -> {
        String expected =
            "http://, https:// or socks5://HOST:PORT, as in http://proxy.example.org:3128";
        try {
          URI uri = new URI(Kinds.TEXT.parse(value));
          boolean bare =
              (uri.getRawPath() == null || uri.getRawPath().isEmpty())
                  && uri.getRawQuery() == null
                  && uri.getRawFragment() == null
                  && uri.getRawUserInfo() == null;
          if (uri.getScheme() != null
              && PROTOCOLS.containsKey(uri.getScheme())
              && uri.getHost() != null
              && uri.getPort() > 0
              && uri.getPort() <= 65535
              && bare) {
            return uri;
          }
        } catch (URISyntaxException _) {
          // Said below.
        }
        throw new WrongValueException(expected);
      };
  private static final Kind<String> USER =
      value -> {
        String user = Kinds.TEXT.parse(value);
        if (!user.matches("[^:\\p{Cntrl}]{1,63}")) {
          throw new WrongValueException("1 to 63 characters without a colon");
        }
        return user;
      };
  private static final Kind<String> PASSWORD =
      value -> {
        String password = Kinds.TEXT.parse(value);
        if (!password.matches("[^\\p{Cntrl}]{1,63}")) {
          throw new WrongValueException("1 to 63 characters");
        }
        return password;
      };

  private static final Kind<String> CERTIFICATE_NAME =
      value -> {
        String name = Kinds.TEXT.parse(value);
        if (AddressText.parseAddress(name) == null && !isHostName(name)) {
          throw new WrongValueException("a host name or an IP address, as in proxy.example.org");
        }
        return name;
      };

  private final Findings findings;
  private final List<Keyed<ListenerSettings>> listeners;
  private final Map<String, Parent> parents = new LinkedHashMap<>();

  ParentsReader(Findings findings, List<Keyed<ListenerSettings>> listeners) {
    this.findings = findings;
    this.listeners = listeners;
  }

  /** The parents in which nothing is wrong, by their names. */
  Map<String, Parent> parents(Section top) {
    for (Section section :
        top.sections("parents", "a list of parents, as in [{ name = corp, url = ... }]", true)) {
      parent(section);
    }
    return parents;
  }

  private void parent(Section section) {
    String name = section.readRequired("name", AccessReader.LABEL, "what routes call it");
    URI url = section.readRequired("url", URL, "where it is, as in http://proxy.example.org:3128");
    String user = section.readOptional("user", USER);
    String password = section.readOptional("password", PASSWORD);
    HeaderVersion header = section.readOptional("proxy-protocol", ListenersReader.HEADER_VERSION);
    Path authorities = section.readOptional("ca", AccessKinds.FILE);
    String certificateName = section.readOptional("certificate-name", CERTIFICATE_NAME);
    section.refuseUnknown();
    if ((user == null) != (password == null) && section.has("user") != section.has("password")) {
      String given = section.has("user") ? "user" : "password";
      String other = section.has("user") ? "password" : "user";
      findings.wrong(section.key(given), "%s as well".formatted(section.key(other)));
    }
    if (name == null || url == null) {
      return;
    }
    Protocol protocol = PROTOCOLS.get(url.getScheme());
    Parent.Login login = user == null || password == null ? null : new Parent.Login(user, password);
    if (protocol == null) {
      throw new IllegalStateException(url.getScheme());
    }
    String host = bare(url.getHost());
    TlsTrust trust = null;
    if (url.getScheme().equals("https")) {
      trust = trust(section, authorities, certificateName == null ? host : certificateName);
    } else {
      for (String key : List.of("ca", "certificate-name")) {
        if (section.has(key)) {
          findings.wrong(section.key(key), "an url that begins with https:// as well");
        }
      }
    }
    Parent parent = new Parent(name, protocol, host, url.getPort(), login, header, trust);
    refuseOwn(section.key("url"), parent);
    if (parents.putIfAbsent(name, parent) != null) {
      findings.wrong(section.key("name"), "a name of its own; another parent has it");
    }
  }

  private @Nullable TlsTrust trust(Section section, @Nullable Path file, String name) {
    if (AddressText.parseAddress(name) == null && !isHostName(name)) {
      findings.wrong(section.key("url"), "a host name that a certificate can have");
      return null;
    }
    List<X509Certificate> authorities =
        file == null
            ? List.of()
            : Texts.read(findings, section.key("ca"), file, ParentsReader::certificates);
    try {
      return authorities == null ? null : new TlsTrust(authorities, name);
    } catch (GeneralSecurityException e) {
      findings.wrong(section.key("ca"), "certificates that can be used; " + e.getMessage());
      return null;
    }
  }

  private static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      InputStream text = new ByteArrayInputStream(Files.readAllBytes(file));
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(text)) {
        certificates.add((X509Certificate) one);
      }
    } catch (CertificateException e) {
      throw new IOException("it has no certificates in PEM", e);
    }
    if (certificates.isEmpty()) {
      throw new IOException("it has no certificates in PEM");
    }
    return certificates;
  }

  private static boolean isHostName(String name) {
    return name.length() <= 253
        && name.matches(
            "[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*");
  }

  /** What goes to one of our own listeners would come back for ever. Names are not looked up. */
  private void refuseOwn(String key, Parent parent) {
    InetAddress address = AddressText.parseAddress(parent.host());
    if (address == null) {
      return;
    }
    for (Keyed<ListenerSettings> listener : listeners) {
      InetSocketAddress bind = listener.value().bind();
      if (bind.getPort() == parent.port() && leadsTo(address, bind.getAddress())) {
        findings.wrong(
            key,
            "another proxy; listener %s in line %d has this address"
                .formatted(listener.value().name(), findings.line(listener.key())));
      }
    }
  }

  /** What is known of addresses without asking the machine for its own. */
  private static boolean leadsTo(InetAddress address, InetAddress bound) {
    boolean here = address.isLoopbackAddress() || address.isAnyLocalAddress();
    boolean served = bound instanceof Inet6Address || address instanceof Inet4Address;
    return address.equals(bound) || (bound.isAnyLocalAddress() && here && served);
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
