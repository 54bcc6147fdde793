package io.finward.conntrack.client;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.finward.conntrack.client.ConntrackClient.Direction;
import io.finward.conntrack.client.ConntrackClientIT.Family;
import io.finward.conntrack.client.ConntrackClientIT.Fixture;
import io.finward.conntrack.message.ConntrackEntry;
import io.finward.conntrack.message.NewEntry;
import io.finward.conntrack.message.Status;
import io.finward.conntrack.message.TcpFlags;
import io.finward.conntrack.message.TcpInfo;
import io.finward.conntrack.message.TcpState;
import io.finward.conntrack.message.Tuple;
import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every attribute that we write or read, of every kind of NAT, against the same by the tool. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class ConntrackToolIT {
  private static final int PORT = 40000;

  /** What is translated between the tuples. */
  enum Translation {
    NONE(0),
    SOURCE(Status.SRC_NAT),
    DESTINATION(Status.DST_NAT),
    BOTH(Status.SRC_NAT | Status.DST_NAT);

    final int status;

    Translation(int status) {
      this.status = status;
    }

    boolean source() {
      return (status & Status.SRC_NAT) != 0;
    }

    boolean destination() {
      return (status & Status.DST_NAT) != 0;
    }

    /** The answers of {@link Family#original}, from 8080 and to another address and port. */
    Tuple reply(Family family) {
      return Tuple.tcp(
          InetAddress.ofLiteral(destination() ? family.gateway : family.server),
          destination() ? 8080 : 80,
          InetAddress.ofLiteral(source() ? outside(family) : family.client),
          source() ? 50000 : PORT);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "IPV4,NONE", "IPV4,SOURCE", "IPV4,DESTINATION", "IPV4,BOTH",
    "IPV6,NONE", "IPV6,SOURCE", "IPV6,DESTINATION", "IPV6,BOTH"
  })
  void theToolReadsEverythingWeWrite(Family family, Translation translation, NetworkNamespace here)
      throws Exception {
    Tuple reply = translation.reply(family);
    try (Fixture fixture = new Fixture(here)) {
      NewEntry entry =
          new NewEntry(family.original(PORT), reply, TcpState.CLOSE_WAIT, 300, 0x8000_0007);
      assertThat(fixture.client.create(entry).get(5, SECONDS).done()).isTrue();

      ListedEntry listed = only(ListedEntry.list(here, family.word));
      ConntrackEntry ours = byOriginal(fixture, family);
      assertThat(listed.original()).isEqualTo(words(family.original(PORT)));
      assertThat(listed.reply()).isEqualTo(words(reply));
      assertThat(listed.state()).isEqualTo("CLOSE_WAIT");
      assertThat(listed.timeout()).isBetween(290, 300);
      assertThat(listed.mark()).isEqualTo(0x8000_0007L);
      assertThat(listed.marks()).isEqualTo(Set.of("assured"));
      assertThat(ours.id()).isEqualTo((int) listed.id());
      // The tool does not print these: what the kernel made of them.
      TcpInfo tcp = ours.tcp();
      assertThat(tcp).isNotNull();
      assertThat(flags(tcp.flagsOriginal()) & TcpFlags.BE_LIBERAL).isNotZero();
      assertThat(flags(tcp.flagsReply()) & TcpFlags.BE_LIBERAL).isNotZero();
      assertThat(ListedEntry.list(here, family.word, "--src-nat").size())
          .as("the kernel's own word for it, IPS_SRC_NAT")
          .isEqualTo(translation.source() ? 1 : 0);
      assertThat(ListedEntry.list(here, family.word, "--dst-nat").size())
          .isEqualTo(translation.destination() ? 1 : 0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "IPV4,NONE", "IPV4,SOURCE", "IPV4,DESTINATION", "IPV4,BOTH",
    "IPV6,NONE", "IPV6,SOURCE", "IPV6,DESTINATION", "IPV6,BOTH"
  })
  void weReadEverythingTheToolWrites(Family family, Translation translation, NetworkNamespace here)
      throws Exception {
    byTool(family, translation, here);
    try (Fixture fixture = new Fixture(here)) {
      ListedEntry listed = only(ListedEntry.list(here, family.word));
      ConntrackEntry entry = byOriginal(fixture, family);
      List<ConntrackEntry> translated = new ArrayList<>();
      var _ = fixture.client.dump(Status.DST_NAT, translated::add).get(5, SECONDS);

      assertThat(entry.original()).isEqualTo(family.original(PORT));
      assertThat(entry.reply()).isEqualTo(translation.reply(family));
      assertThat(words(entry.reply())).isEqualTo(listed.reply());
      assertThat(entry.state()).isEqualTo(TcpState.FIN_WAIT);
      assertThat(entry.mark()).isEqualTo(7);
      assertThat(entry.timeout()).isBetween(90, 100);
      assertThat(entry.id()).isEqualTo((int) listed.id());
      assertThat(entry.status()).isNotNull();
      assertThat(entry.status().bits() & (Status.SRC_NAT | Status.DST_NAT))
          .isEqualTo(translation.status);
      assertThat(entry.status().has(Status.MADE.bits())).isTrue();
      assertThat(entry.sourceNat()).isEqualTo(translation.source());
      assertThat(entry.destinationNat()).isEqualTo(translation.destination());
      assertThat(translated).hasSize(translation.destination() ? 1 : 0);
      assertThat(fixture.client.undecodable()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void changesAndDeletionsAreSeenBothWays(Family family, NetworkNamespace here) throws Exception {
    try (Fixture fixture = new Fixture(here)) {
      byTool(family, Translation.DESTINATION, here);
      Tuple original = family.original(PORT);

      assertThat(fixture.client.rewrite(original, TcpState.LAST_ACK, 5000).get(5, SECONDS).done())
          .isTrue();
      ListedEntry changed = only(ListedEntry.list(here, family.word));
      assertThat(changed.state()).isEqualTo("LAST_ACK");
      assertThat(changed.timeout()).isBetween(4990, 5000);
      assertThat(changed.mark()).as("left alone").isEqualTo(7);

      here.run(
          "conntrack",
          "-U",
          "-p",
          "tcp",
          "-s",
          family.client,
          "-d",
          family.server,
          "--state",
          "ESTABLISHED",
          "-t",
          "900",
          "-m",
          "9");
      ConntrackEntry seen = byOriginal(fixture, family);
      assertThat(seen.state()).isEqualTo(TcpState.ESTABLISHED);
      assertThat(seen.timeout()).isBetween(890, 900);
      assertThat(seen.mark()).isEqualTo(9);
      assertThat(seen.reply()).isEqualTo(Translation.DESTINATION.reply(family));

      assertThat(fixture.client.delete(original).get(5, SECONDS).done()).isTrue();
      assertThat(ListedEntry.list(here, family.word)).isEmpty();
      assertThat(fixture.create(family, PORT).done()).isTrue();
      here.run("conntrack", "-D", "-p", "tcp", "-s", family.client, "-d", family.server);
      assertThat(fixture.client.get(Direction.ORIGINAL, original).get(5, SECONDS)).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyStateHasTheSameNameInBoth(TcpState state, NetworkNamespace here) throws Exception {
    try (Fixture fixture = new Fixture(here)) {
      Family family = Family.IPV4;
      NewEntry entry = new NewEntry(family.original(PORT), family.reply(PORT), state, 300, 0);
      assertThat(fixture.client.create(entry).get(5, SECONDS).done()).isTrue();

      assertThat(only(ListedEntry.list(here, family.word)).state()).isEqualTo(state.name());
      assertThat(byOriginal(fixture, family).state()).isEqualTo(state);
    }
  }

  /** conntrack 1.4.7 writes the status over the mark when {@code -u} comes after {@code -m}. */
  private static void byTool(Family family, Translation translation, NetworkNamespace here)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "conntrack",
                "-I",
                "-p",
                "tcp",
                "-s",
                family.client,
                "-d",
                family.server,
                "--sport",
                "" + PORT,
                "--dport",
                "80",
                "--state",
                "FIN_WAIT",
                "--timeout",
                "100",
                "-u",
                "SEEN_REPLY,ASSURED",
                "--mark",
                "7"));
    if (translation.source()) {
      command.addAll(List.of("--src-nat", endpoint(outside(family), 50000)));
    }
    if (translation.destination()) {
      command.addAll(List.of("--dst-nat", endpoint(family.gateway, 8080)));
    }
    here.run(command.toArray(String[]::new));
  }

  private static String outside(Family family) {
    return family == Family.IPV4 ? "198.51.100.254" : "2001:db8:1::fe";
  }

  private static String endpoint(String address, int port) {
    return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
  }

  private static ConntrackEntry byOriginal(Fixture fixture, Family family) throws Exception {
    ConntrackEntry entry =
        fixture.client.get(Direction.ORIGINAL, family.original(PORT)).get(5, SECONDS);
    assertThat(entry).isNotNull();
    return entry;
  }

  private static int flags(@Nullable TcpFlags flags) {
    return flags == null ? 0 : flags.flags();
  }

  private static ListedEntry only(List<ListedEntry> entries) {
    assertThat(entries).hasSize(1);
    return entries.getFirst();
  }

  /** As the tool writes addresses (RFC 5952), Java does not. */
  private static List<String> words(Tuple tuple) {
    return List.of(
        shortest(tuple.source()),
        "" + tuple.sourcePort(),
        shortest(tuple.destination()),
        "" + tuple.destinationPort());
  }

  private static String shortest(InetAddress address) {
    return NetUtil.toAddressString(address);
  }
}
