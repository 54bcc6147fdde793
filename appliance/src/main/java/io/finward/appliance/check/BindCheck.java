package io.finward.appliance.check;

import io.finward.appliance.config.FinwardConfig;
import io.finward.appliance.text.AddressText;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether every address of a configuration can be bound: tried without SO_REUSEPORT, with which a
 * port in use would be shared silently with whoever uses it.
 */
final class BindCheck {
  private final FinwardConfig config;

  BindCheck(FinwardConfig config) {
    this.config = config;
  }

  List<Remark> run() {
    List<Remark> remarks = new ArrayList<>();
    for (int i = 0; i < config.listeners().size(); i++) {
      ListenerSettings listener = config.listeners().get(i);
      // IP_TRANSPARENT sockets may bind addresses that are not local (net/ipv4/af_inet.c).
      boolean anywhere = listener.mode() == ListenerMode.TPROXY;
      tryOut("listeners[" + i + "].bind", listener.bind(), anywhere, remarks);
    }
    tryOut("admin.http", config.admin().http(), false, remarks);
    tryOut("admin.jmx", config.admin().jmx(), false, remarks);
    return remarks;
  }

  private void tryOut(
      String key, @Nullable InetSocketAddress address, boolean anywhere, List<Remark> remarks) {
    if (address == null) {
      return;
    }
    boolean ipv4 = address.getAddress() instanceof Inet4Address;
    try (ServerSocketChannel socket =
        ServerSocketChannel.open(
            ipv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6)) {
      socket.bind(address);
    } catch (BindException e) {
      String why = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
      // The JDK keeps the error number to itself.
      if (why.contains("in use")) {
        remarks.add(wrong(key, address, "is in use by " + PortOwner.of(address.getPort())));
      } else if (!why.contains("permission") && !anywhere) {
        remarks.add(wrong(key, address, why + " (expected: an address of this machine)"));
      }
    } catch (IOException e) {
      remarks.add(wrong(key, address, String.valueOf(e.getMessage())));
    }
  }

  private Remark wrong(String key, InetSocketAddress address, String why) {
    return Remark.error(
        config.places().of(key), "%s = %s: %s".formatted(key, AddressText.format(address), why));
  }
}
