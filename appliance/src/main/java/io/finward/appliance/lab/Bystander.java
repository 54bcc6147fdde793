package io.finward.appliance.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Whoever is not intercepted must not notice that somebody is. */
final class Bystander implements Scenario {
  private static final byte[] BANNER = "SSH-2.0-lab\r\n".getBytes(US_ASCII);
  private static final Duration QUICKLY = Duration.ofSeconds(3);

  @Override
  public String label() {
    return "bystander";
  }

  @Override
  public String summary() {
    return "all ports of the server are intercepted: third hosts and the gateway's ssh are not hurt";
  }

  @Override
  public List<Variant> variants() {
    return Variant.bothFamilies(Interception.REDIRECT, Interception.TPROXY);
  }

  @Override
  public Outcome run(Trial trial) throws IOException {
    Setup setup = Setup.usual(trial.variant()).withAllPorts();
    AddressFamily family = trial.family();
    Topology topology = trial.topology();
    NetworkNamespace third = topology.bystander();
    int proxyPort = setup.listenPort();
    trial.startProxy(setup);
    trial.serve(80, Bystander::greet);
    trial.serve(third, 80, Bystander::greet);
    trial.serve(third, proxyPort, Bystander::greet);
    trial.serve(topology.client(), proxyPort, Bystander::greet);
    trial.serve(topology.gateway(), 22, Bystander::greet);

    var hurt = new ArrayList<String>();
    NetworkNamespace client = topology.client();
    // The proof that the proxy is in the way at all: this one must be intercepted.
    check(trial, hurt, "intercepted session", client, family.server(), 80);
    check(trial, hurt, "third host, port 80", client, family.bystander(), 80);
    check(trial, hurt, "third host, the proxy's port", client, family.bystander(), proxyPort);
    check(trial, hurt, "from the third host to the client", third, family.client(), proxyPort);
    check(trial, hurt, "from the gateway itself", topology.gateway(), family.server(), 80);
    check(trial, hurt, "ssh to the gateway", client, family.gatewayInside(), 22);
    check(trial, hurt, "ssh to its other address", client, family.gatewayOutside(), 22);
    int checks = 7;
    if (!answersDirectDial(trial, proxyPort)) {
      hurt.add("a direct dial of the proxy's port hangs");
    }
    Leaks leaks = trial.watch().leaks();
    String note = hurt.isEmpty() ? "nobody hurt" : String.join("; ", hurt);
    return new Outcome(checks + 1, 0, leaks, 0, leaks.none() && hurt.isEmpty(), note);
  }

  /** Says its banner, then hears the client out. */
  private static void greet(LabSocket socket) throws IOException {
    socket.send(BANNER);
    socket.receiveToEnd();
  }

  private static void check(
      Trial trial, List<String> hurt, String what, NetworkNamespace from, String to, int port) {
    try (LabSocket socket = trial.dial(from, to, port)) {
      socket.readTimeout(QUICKLY);
      byte[] banner = socket.receive(BANNER.length);
      socket.endOutput();
      if (!Arrays.equals(banner, BANNER) || socket.receiveToEnd().length > 0) {
        hurt.add(what + ": not the banner");
      }
    } catch (IOException e) {
      hurt.add(what + ": " + e.getMessage());
    }
  }

  /** An RST, a refusal or an end: anything but silence. */
  private static boolean answersDirectDial(Trial trial, int port) throws IOException {
    String gateway = trial.family().gatewayInside();
    try (LabSocket socket = trial.dial(trial.topology().client(), gateway, port)) {
      socket.readTimeout(QUICKLY);
      return socket.receiveToEnd().length == 0;
    } catch (SocketTimeoutException _) {
      return false;
    } catch (SocketException _) {
      return true;
    }
  }
}
