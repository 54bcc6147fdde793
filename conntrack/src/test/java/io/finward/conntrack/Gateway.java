package io.finward.conntrack;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.finward.conntrack.client.TableStats;
import io.finward.conntrack.message.LatePacket;
import io.finward.conntrack.message.Tuple;
import io.finward.conntrack.rescue.RescueEvent;
import io.finward.conntrack.shadow.End;
import io.finward.conntrack.shadow.Flow;
import io.finward.conntrack.shadow.FlowRecord;
import io.finward.conntrack.shadow.Leg;
import io.finward.linux.netns.NetworkNamespace;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/**
 * A client, a gateway with REDIRECT and the wall, and the network of a server that must never see a
 * packet of the client; the shadow runs in the gateway, in place of the proxy a plain socket.
 */
final class Gateway implements AutoCloseable, ShadowListener {
  /** The addresses of one family. */
  enum Family {
    IPV4("ip", "ipv4", "192.0.2.10", "192.0.2.1", "198.51.100.254", "198.51.100.1", 24),
    IPV6("ip6", "ipv6", "2001:db8::10", "2001:db8::1", "2001:db8:1::fe", "2001:db8:1::1", 64);

    final String nft;
    final String conntrack;
    final String client;
    final String inside;
    final String outside;
    final String server;
    final int prefix;

    Family(
        String nft,
        String conntrack,
        String client,
        String inside,
        String outside,
        String server,
        int prefix) {
      this.nft = nft;
      this.conntrack = conntrack;
      this.client = client;
      this.inside = inside;
      this.outside = outside;
      this.server = server;
      this.prefix = prefix;
    }
  }

  static final int PORT = 8080;

  /**
   * The wall's clauses that matter here: redirect, late in, late out. A packet in the middle of a
   * stream is late also when tcp_loose would take it: with several ports behind one redirect port
   * its NAT would be chosen anew, and may reach another socket.
   */
  private static final String RULES =
      """
      table inet t {
        chain nat { type nat hook prerouting priority dstnat;
          FAM daddr SERVER tcp dport 80-81 redirect to :8080
        }
        chain pre { type filter hook prerouting priority -150;
          FAM daddr SERVER tcp dport 80-81 ct state new tcp flags & (fin | syn | rst | ack) != syn counter log prefix "finward:pre " group 5 queue-threshold 1 drop
          FAM daddr SERVER tcp dport 80-81 ct state invalid counter log prefix "finward:pre " group 5 queue-threshold 1 drop
        }
        chain out { type filter hook output priority -150;
          oif lo accept
          tcp sport 8080 fib saddr type local ct state invalid counter log prefix "finward:out " group 5 queue-threshold 1 drop
          tcp sport 8080 fib saddr type local ct direction original counter log prefix "finward:out " group 5 queue-threshold 1 drop
        }
        chain up { type filter hook output priority -150;
          meta mark 0x46570002 ct state invalid counter log prefix "finward:up " group 5 queue-threshold 1 drop
        }
        chain hide { type nat hook postrouting priority srcnat;
          oif ex0 FAM saddr INNER snat FAM to OUTER
        }
        chain in { type filter hook input priority 110;
          tcp dport 8080 ct state new ct status snat log prefix "finward:remap " group 5 queue-threshold 1
        }
      }
      """;

  private static final String LEAKS =
      """
      table inet leaks {
        chain in { type filter hook prerouting priority -300;
          meta l4proto tcp counter
        }
      }
      """;

  final NetworkNamespace client;
  final NetworkNamespace gateway;
  final NetworkNamespace server;
  final Family family;
  final ShadowConntrack shadow;
  final List<RescueEvent> events = new CopyOnWriteArrayList<>();
  final List<String> resets = new CopyOnWriteArrayList<>();
  final List<Tuple> strangers = new CopyOnWriteArrayList<>();
  private final MultiThreadIoEventLoopGroup own;
  private final MultiThreadIoEventLoopGroup proxy;
  private final ServerSocket listener;

  Gateway(
      Family family,
      NetworkNamespace client,
      NetworkNamespace gateway,
      NetworkNamespace server,
      ShadowSettings settings)
      throws Exception {
    this.family = family;
    this.client = client;
    this.gateway = gateway;
    this.server = server;
    network();
    own = group(1);
    proxy = group(2);
    shadow = ShadowConntrack.start(own.next(), proxy, settings, this).get(10, SECONDS);
    listener = gateway.call(() -> new ServerSocket(PORT));
    listener.setSoTimeout(10_000);
  }

  /** A client's connection and the socket it has reached, with its flow in the shadow. */
  record Session(Socket client, Socket proxy, Flow flow) {
    void close() throws IOException {
      client.close();
      proxy.close();
    }
  }

  Session connect(int clientPort, int serverPort) throws Exception {
    Socket from =
        client.call(() -> {
          Socket socket = new Socket();
          socket.setReuseAddress(true);
          socket.bind(new InetSocketAddress(family.client, clientPort));
          socket.connect(new InetSocketAddress(family.server, serverPort), 10_000);
          return socket;
        });
    from.setSoTimeout(10_000);
    Socket to = listener.accept();
    to.setSoTimeout(10_000);
    InetSocketAddress peer = (InetSocketAddress) to.getRemoteSocketAddress();
    InetSocketAddress local = (InetSocketAddress) to.getLocalSocketAddress();
    InetSocketAddress target =
        new InetSocketAddress(InetAddress.ofLiteral(family.server), serverPort);
    Flow flow =
        onShard(() -> {
          InetSocketAddress changed = shadow.originalClient(peer, local);
          return shadow
              .shard(proxyLoop())
              .open(
                  FlowRecord.opened(
                      clientPort,
                      Leg.REDIRECTED,
                      0,
                      Tuple.tcp(changed == null ? peer : changed, target),
                      Tuple.tcp(local, peer)));
        });
    return new Session(from, to, flow);
  }

  /**
   * An upstream leg from the inner address, which SNAT hides; {@code client} is the proxy's end.
   */
  Session dial(int localPort) throws Exception {
    ServerSocket target = server.call(() -> new ServerSocket(7000));
    Socket from =
        gateway.call(() -> {
          Socket socket = new Socket();
          socket.bind(new InetSocketAddress(family.inside, localPort));
          socket.connect(new InetSocketAddress(family.server, 7000), 10_000);
          return socket;
        });
    target.setSoTimeout(10_000);
    Socket to = target.accept();
    to.setSoTimeout(10_000);
    target.close();
    Tuple original =
        Tuple.tcp(
            (InetSocketAddress) from.getLocalSocketAddress(),
            (InetSocketAddress) from.getRemoteSocketAddress());
    Flow flow =
        onShard(() ->
            shadow
                .shard(proxyLoop())
                .open(FlowRecord.opened(localPort, Leg.UPSTREAM, 0, original, original.inverse())));
    return new Session(from, to, flow);
  }

  /** What the shadow knows of a live session now. */
  FlowRecord known(Session session) throws Exception {
    return onShard(session.flow()::record);
  }

  IoEventLoop proxyLoop() {
    return (IoEventLoop) proxy.iterator().next();
  }

  <T> T onShard(Supplier<T> action) throws Exception {
    return CompletableFuture.supplyAsync(action, proxyLoop()).get(10, SECONDS);
  }

  void onShard(Runnable action) throws Exception {
    CompletableFuture.runAsync(action, proxyLoop()).get(10, SECONDS);
  }

  /** Ends the proxy's direction; returns when nothing is on its way any more. */
  void finishedByProxy(Session session) throws Exception {
    session.proxy().shutdownOutput();
    onShard(() -> session.flow().closed(End.LOCAL));
    // The client's ACK may be a delayed one: flushed before it, it would be the late packet.
    Awaitility.await().until(() -> gateway.run("ss", "-Htan").contains("FIN-WAIT-2"));
  }

  void flush() throws IOException {
    gateway.run("conntrack", "-F", "conntrack");
  }

  String entries() throws IOException {
    return gateway.run("conntrack", "-L", "-f", family.conntrack, "-p", "tcp");
  }

  /** TCP packets that arrived at the server's own namespace, counted by its kernel. */
  long leaked() throws IOException {
    String counter = server.run("nft", "list", "chain", "inet", "leaks", "in");
    int at = counter.indexOf("packets ") + "packets ".length();
    return Long.parseLong(counter.substring(at, counter.indexOf(' ', at)));
  }

  /** The late packets that were dealt with, in words. */
  List<String> late() {
    return events.stream()
        .filter(RescueEvent.Late.class::isInstance)
        .map(RescueEvent.Late.class::cast)
        .map(one ->
            "%s %s %s %s"
                .formatted(
                    one.packet().kind().word(),
                    one.side(),
                    one.reason().word(),
                    one.outcome().word()))
        .toList();
  }

  @Override
  public void on(RescueEvent event) {
    events.add(event);
  }

  @Override
  public void onLateReset(FlowRecord flow, End side, LatePacket packet) {
    resets.add(side.word(flow.leg()) + " " + flow.session());
  }

  @Override
  public void declareStranger(Tuple tuple) {
    strangers.add(tuple);
  }

  @Override
  public CompletableFuture<?> onTupleReused(FlowRecord flow) {
    return CompletableFuture.completedFuture(true);
  }

  @Override
  public void onTableFill(TableStats table, boolean crowded, boolean refusing) {}

  @Override
  public void onResync(int missing) {
    // Seen by what it makes again.
  }

  @Override
  public void close() throws IOException {
    listener.close();
    shadow.close();
    proxy.shutdownGracefully(0, 1, SECONDS).syncUninterruptibly();
    own.shutdownGracefully(0, 1, SECONDS).syncUninterruptibly();
  }

  private MultiThreadIoEventLoopGroup group(int threads) {
    return new MultiThreadIoEventLoopGroup(
        threads, gateway.threadFactory(), EpollIoHandler.newFactory());
  }

  private void network() throws IOException {
    NetworkNamespace.connect(client, "c0", gateway, "in0");
    NetworkNamespace.connect(gateway, "ex0", server, "s0");
    address(client, family.client, "c0");
    address(gateway, family.inside, "in0");
    address(gateway, family.outside, "ex0");
    address(server, family.server, "s0");
    client.run("ip", "route", "add", "default", "via", family.inside);
    server.run("ip", "route", "add", "default", "via", family.outside);
    gateway.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
    rules(
        gateway,
        RULES
            .replace("FAM", family.nft)
            .replace("SERVER", family.server)
            .replace("INNER", family.inside)
            .replace("OUTER", family.outside));
    rules(server, LEAKS);
  }

  private void address(NetworkNamespace where, String address, String device) throws IOException {
    if (family == Family.IPV6) {
      where.run("ip", "addr", "add", address + "/" + family.prefix, "dev", device, "nodad");
    } else {
      where.run("ip", "addr", "add", address + "/" + family.prefix, "dev", device);
    }
  }

  private static void rules(NetworkNamespace where, String rules) throws IOException {
    Path file = Files.createTempFile("rules", ".nft");
    try {
      Files.writeString(file, rules);
      where.run("nft", "-f", file.toString());
    } finally {
      Files.delete(file);
    }
  }
}
