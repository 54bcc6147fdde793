package io.finward.appliance.jmx;

import io.finward.appliance.text.AddressText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.RMIServerSocketFactory;
import java.rmi.server.UnicastRemoteObject;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.remote.JMXConnectorServer;
import javax.management.remote.JMXConnectorServerFactory;
import javax.management.remote.JMXServiceURL;
import javax.management.remote.rmi.RMIConnectorServer;

/**
 * Remote JMX by RMI, registry and server on one port of one address, so that one hole in a firewall
 * or one ssh forward is enough: {@code service:jmx:rmi:///jndi/rmi://HOST:PORT/jmxrmi}.
 */
public final class RemoteJmx implements AutoCloseable {
  private final Registry registry;
  private final JMXConnectorServer server;

  private RemoteJmx(Registry registry, JMXConnectorServer server) {
    this.registry = registry;
    this.server = server;
  }

  /** Opens it. */
  public static RemoteJmx open(InetSocketAddress address, MBeanServer beans) throws IOException {
    if (!address.getAddress().isAnyLocalAddress()) {
      // What RMI's stubs tell the client to connect to; otherwise the host's first address.
      System.setProperty("java.rmi.server.hostname", AddressText.format(address.getAddress()));
    }
    // Two factories that are equal let two exported objects share a port.
    BoundTo sockets = new BoundTo(address.getAddress());
    Registry registry;
    try {
      registry = LocateRegistry.createRegistry(address.getPort(), null, sockets);
    } catch (IOException e) {
      throw failed(address, e);
    }
    try {
      String host = AddressText.format(address);
      JMXConnectorServer server =
          JMXConnectorServerFactory.newJMXConnectorServer(
              new JMXServiceURL("service:jmx:rmi://" + host + "/jndi/rmi://" + host + "/jmxrmi"),
              Map.of(RMIConnectorServer.RMI_SERVER_SOCKET_FACTORY_ATTRIBUTE, sockets),
              beans);
      server.start();
      return new RemoteJmx(registry, server);
    } catch (IOException e) {
      UnicastRemoteObject.unexportObject(registry, true);
      throw failed(address, e);
    }
  }

  private static IOException failed(InetSocketAddress address, IOException e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return new IOException(
        "admin.jmx = %s: %s".formatted(AddressText.format(address), cause.getMessage()), e);
  }

  @Override
  public void close() throws IOException {
    try {
      server.stop();
    } finally {
      UnicastRemoteObject.unexportObject(registry, true);
    }
  }

  private record BoundTo(InetAddress address) implements RMIServerSocketFactory {
    private static final int BACKLOG = 50;

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
      return new ServerSocket(port, BACKLOG, address);
    }
  }
}
