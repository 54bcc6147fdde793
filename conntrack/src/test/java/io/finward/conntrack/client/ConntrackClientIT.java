package io.finward.conntrack.client;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.finward.conntrack.client.ConntrackClient.Direction;
import io.finward.conntrack.message.ConntrackEntry;
import io.finward.conntrack.message.NewEntry;
import io.finward.conntrack.message.Status;
import io.finward.conntrack.message.TcpState;
import io.finward.conntrack.message.Tuple;
import io.finward.linux.netlink.NetlinkReply;
import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our ctnetlink against the {@code conntrack} tool, both ways, in both families. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class ConntrackClientIT {
  /** The same flow in each family. */
  enum Family {
    IPV4("ipv4", "192.0.2.10", "198.51.100.1", "192.0.2.1"),
    IPV6("ipv6", "2001:db8::10", "2001:db8:1::1", "2001:db8::1");

    final String word;
    final String client;
    final String server;
    final String gateway;

    Family(String word, String client, String server, String gateway) {
      this.word = word;
      this.client = client;
      this.server = server;
      this.gateway = gateway;
    }

    Tuple original(int port) {
      return Tuple.tcp(InetAddress.ofLiteral(client), port, InetAddress.ofLiteral(server), 80);
    }

    Tuple reply(int port) {
      return Tuple.tcp(InetAddress.ofLiteral(gateway), 8080, InetAddress.ofLiteral(client), port);
    }
  }

  @ParameterizedTest
  @EnumSource
  void readsWhatTheToolMade(Family family, NetworkNamespace here) throws Exception {
    here.run(
        "conntrack",
        "-I",
        "-p",
        "tcp",
        "-s",
        family.client,
        "-d",
        family.server,
        "--sport",
        "40000",
        "--dport",
        "80",
        "--reply-src",
        family.gateway,
        "--reply-dst",
        family.client,
        "--reply-port-src",
        "8080",
        "--reply-port-dst",
        "40000",
        "-t",
        "100",
        "--state",
        "CLOSE_WAIT",
        "-u",
        "SEEN_REPLY,ASSURED",
        "-m",
        "7");
    try (Fixture fixture = new Fixture(here)) {
      ConntrackEntry byOriginal =
          fixture.client.get(Direction.ORIGINAL, family.original(40000)).get(5, SECONDS);
      ConntrackEntry byReply =
          fixture.client.get(Direction.REPLY, family.reply(40000)).get(5, SECONDS);
      List<ConntrackEntry> all = new ArrayList<>();
      NetlinkReply dump = fixture.client.dump(0, all::add).get(5, SECONDS);

      assertThat(byOriginal).isNotNull();
      assertThat(byReply).isNotNull();
      assertThat(byOriginal.id()).isEqualTo(byReply.id());
      assertThat(byOriginal.original()).isEqualTo(family.original(40000));
      assertThat(byOriginal.reply()).isEqualTo(family.reply(40000));
      assertThat(byOriginal.state()).isEqualTo(TcpState.CLOSE_WAIT);
      assertThat(byOriginal.mark()).isEqualTo(7);
      assertThat(byOriginal.timeout()).isBetween(90, 100);
      assertThat(byOriginal.status()).isEqualTo(Status.MADE);
      assertThat(dump).isInstanceOf(NetlinkReply.Done.class);
      assertThat(all).extracting(ConntrackEntry::original).containsExactly(family.original(40000));
      assertThat(fixture.client.undecodable()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theToolReadsWhatWeMade(Family family, NetworkNamespace here) throws Exception {
    try (Fixture fixture = new Fixture(here)) {
      Outcome made = fixture.create(family, 40000);
      Outcome again = fixture.create(family, 40000);

      String listed = here.run("conntrack", "-L", "-f", family.word, "-o", "extended");
      assertThat(made).isEqualTo(new Outcome.Done());
      assertThat(again).isInstanceOf(Outcome.Busy.class);
      assertThat(listed)
          .contains(
              "CLOSE_WAIT src=%s dst=%s sport=40000 dport=80 src=%s dst=%s sport=8080 dport=40000 [ASSURED]"
                  .formatted(family.client, family.server, family.gateway, family.client));
      assertThat(here.run("conntrack", "-L", "-f", family.word, "--dst-nat"))
          .as("the kernel itself says that it translates the destination")
          .contains("sport=40000");
    }
  }

  @ParameterizedTest
  @EnumSource
  void changesAndDeletes(Family family, NetworkNamespace here) throws Exception {
    try (Fixture fixture = new Fixture(here)) {
      assertThat(fixture.create(family, 40000).done()).isTrue();
      Tuple original = family.original(40000);

      assertThat(fixture.client.renew(original, 7000).get(5, SECONDS).done()).isTrue();
      assertThat(here.run("conntrack", "-L", "-f", family.word))
          .containsPattern(" (7000|69\\d\\d) CLOSE_WAIT");
      assertThat(fixture.client.rewrite(original, TcpState.ESTABLISHED, 800).get(5, SECONDS).done())
          .isTrue();
      assertThat(here.run("conntrack", "-L", "-f", family.word)).contains("ESTABLISHED");
      assertThat(fixture.client.delete(original).get(5, SECONDS).done()).isTrue();
      assertThat(fixture.client.delete(original).get(5, SECONDS)).isEqualTo(new Outcome.Absent());
      assertThat(fixture.client.renew(original, 9).get(5, SECONDS)).isEqualTo(new Outcome.Absent());
      assertThat(fixture.client.get(Direction.ORIGINAL, original).get(5, SECONDS)).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void filtersByStatusAndCounts(Family family, NetworkNamespace here) throws Exception {
    try (Fixture fixture = new Fixture(here)) {
      here.run(
          "conntrack",
          "-I",
          "-p",
          "tcp",
          "-s",
          family.client,
          "-d",
          family.server,
          "--sport",
          "50000",
          "--dport",
          "443",
          "-t",
          "100",
          "--state",
          "ESTABLISHED",
          "-u",
          "SEEN_REPLY");
      for (int port = 40000; port < 42000; port++) {
        assertThat(fixture.create(family, port).done()).isTrue();
      }
      List<ConntrackEntry> translated = new ArrayList<>();

      fixture.client.dump(Status.DST_NAT, translated::add).get(20, SECONDS);

      assertThat(translated).hasSize(2000).allMatch(ConntrackEntry::destinationNat);
      TableStats stats = fixture.client.stats().get(5, SECONDS);
      assertThat(stats).isNotNull();
      assertThat(stats.entries()).isEqualTo(2001);
      assertThat(stats.max()).isPositive();
    }
  }

  @ParameterizedTest
  @EnumSource
  void tellsOurOwnDeletionsFromOthers(Family family, NetworkNamespace here) throws Exception {
    here.run("sysctl", "-qw", "net.netfilter.nf_conntrack_events=1");
    try (Fixture fixture = new Fixture(here)) {
      assertThat(fixture.create(family, 40000).done()).isTrue();
      assertThat(fixture.create(family, 40001).done()).isTrue();

      fixture.client.delete(family.original(40000)).get(5, SECONDS);
      here.run("conntrack", "-D", "-f", family.word, "-p", "tcp", "--sport", "40001");

      Awaitility.await().until(() -> fixture.destroyed.size() == 2);
      assertThat(fixture.destroyed)
          .containsExactly(
              family.original(40000) + " CLOSE_WAIT ours",
              family.original(40001) + " CLOSE_WAIT theirs");
    }
  }

  /** Most connections end like this: it must not wake us; everything else must. */
  @ParameterizedTest
  @EnumSource
  void tellsNothingOfWhatEndsInTimeWaitByItself(Family family, NetworkNamespace here)
      throws Exception {
    here.run("sysctl", "-qw", "net.netfilter.nf_conntrack_events=1");
    try (Fixture fixture = new Fixture(here)) {
      assertThat(fixture.create(family, 40000, TcpState.TIME_WAIT, 1).done()).isTrue();
      assertThat(fixture.create(family, 40001, TcpState.CLOSE_WAIT, 1).done()).isTrue();
      assertThat(fixture.create(family, 40002, TcpState.TIME_WAIT, 300).done()).isTrue();
      insertUdp(family, here);

      // A dump trips over what has run out.
      Awaitility.await().until(() -> fixture.ports().equals(List.of(40002)));
      here.run("conntrack", "-D", "-f", family.word, "-p", "udp");
      here.run("conntrack", "-D", "-f", family.word, "-p", "tcp", "--sport", "40002");

      Awaitility.await().until(() -> fixture.destroyed.size() == 2);
      assertThat(fixture.destroyed)
          .containsExactly(
              family.original(40001) + " CLOSE_WAIT", family.original(40002) + " TIME_WAIT theirs");
    }
  }

  private static void insertUdp(Family family, NetworkNamespace here) throws Exception {
    here.run(
        "conntrack",
        "-I",
        "-p",
        "udp",
        "-s",
        family.client,
        "-d",
        family.server,
        "--sport",
        "53",
        "--dport",
        "53",
        "-t",
        "300",
        "-u",
        "SEEN_REPLY");
  }

  /** The client on a loop in a namespace. */
  static final class Fixture implements AutoCloseable {
    final List<String> destroyed = new CopyOnWriteArrayList<>();
    final ConntrackClient client;
    private final MultiThreadIoEventLoopGroup group;

    Fixture(NetworkNamespace namespace) throws Exception {
      group =
          new MultiThreadIoEventLoopGroup(
              1, namespace.threadFactory(), EpollIoHandler.newFactory());
      IoEventLoop loop = group.next();
      client =
          ConntrackClient.open(
                  loop,
                  new ConntrackListener() {
                    @Override
                    public void onDestroy(ConntrackEntry entry, boolean byRequest, boolean ours) {
                      destroyed.add(
                          entry.original()
                              + " "
                              + entry.state()
                              + (ours ? " ours" : byRequest ? " theirs" : ""));
                    }

                    @Override
                    public void onLost() {
                      destroyed.add("lost");
                    }
                  })
              .get(10, SECONDS);
    }

    Outcome create(Family family, int port) throws Exception {
      return create(family, port, TcpState.CLOSE_WAIT, 300);
    }

    Outcome create(Family family, int port, TcpState state, int seconds) throws Exception {
      return client
          .create(new NewEntry(family.original(port), family.reply(port), state, seconds, 0))
          .get(5, SECONDS);
    }

    /** The ports of the TCP entries that are there. */
    List<Integer> ports() throws Exception {
      List<Integer> ports = new ArrayList<>();
      client
          .dump(
              0,
              entry -> {
                if (entry.original().protocol() == Tuple.TCP) {
                  ports.add(entry.original().sourcePort());
                }
              })
          .get(5, SECONDS);
      return ports;
    }

    @Override
    public void close() {
      client.close();
      group.shutdownGracefully(0, 1, SECONDS).syncUninterruptibly();
    }
  }
}
