package io.finward.nat.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.nat.Examples;
import io.finward.nat.rule.Family;
import io.finward.nat.rule.RuleSwitches;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ICMP errors that quote a packet of an intercepted connection nobody has an entry of. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class IcmpErrorIT {
  @TempDir Path state;

  @ParameterizedTest
  @CsvSource({"IPV4,redirect", "IPV6,redirect", "IPV4,tproxy", "IPV6,tproxy"})
  void reachesNeitherServerNorClient(
      Family family,
      String mode,
      NetworkNamespace client,
      NetworkNamespace gateway,
      NetworkNamespace server)
      throws IOException {
    Lab lab = Lab.connect(client, gateway, server);
    Nat nat =
        new Nat(
            mode.equals("redirect")
                ? Examples.redirect(RuleSwitches.ALL)
                : Examples.tproxy(RuleSwitches.ALL),
            state);
    gateway.call(() -> {
      nat.apply();
      return null;
    });
    String there = Lab.server(family);
    String here = family == Family.IPV4 ? Lab.CLIENT_4 : Lab.CLIENT_6;

    RawSocket.icmp(client, there, error(there, 80, here, 41000));
    await().untilAsserted(() -> assertThat(lab.counter("wall_icmp")).isEqualTo(1));
    if (mode.equals("tproxy")) {
      RawSocket.icmp(server, here, error(here, 41000, there, 80));
      await().untilAsserted(() -> assertThat(lab.counter("wall_icmp")).isEqualTo(2));
    } else {
      // A port nobody intercepts: the error passes.
      RawSocket.icmp(client, there, error(there, 81, here, 41000));
      await().untilAsserted(() -> assertThat(icmpErrorsIn(server)).isEqualTo(1));
      assertThat(lab.counter("wall_icmp")).isEqualTo(1);
    }
  }

  private static long icmpErrorsIn(NetworkNamespace where) throws IOException {
    return where
        .run("nstat", "-asz", "IcmpInDestUnreachs", "Icmp6InPktTooBigs")
        .lines()
        .filter(line -> line.startsWith("Icmp"))
        .mapToLong(line -> Long.parseLong(line.split("\\s+", -1)[1]))
        .sum();
  }

  /** Frag-needed, or packet-too-big, quoting a TCP header between the two. */
  private static byte[] error(String from, int sport, String to, int dport) throws IOException {
    byte[] source = InetAddress.ofLiteral(from).getAddress();
    byte[] destination = InetAddress.ofLiteral(to).getAddress();
    boolean six = source.length == 16;
    ByteBuffer message = ByteBuffer.allocate(six ? 8 + 40 + 20 : 8 + 20 + 20);
    message.put((byte) (six ? 2 : 3)).put((byte) (six ? 0 : 4)).putShort((short) 0).putInt(1400);
    if (six) {
      message.putInt(0x60000000).putShort((short) 20).put((byte) 6).put((byte) 64);
    } else {
      message.putInt(0x45000028).putInt(0).put((byte) 64).put((byte) 6).putShort((short) 0);
    }
    int header = 8;
    message.put(source).put(destination);
    if (!six) {
      message.putShort(header + 10, checksum(message, header, 20));
    }
    message.putShort((short) sport).putShort((short) dport).putInt(1).putInt(1);
    message.putInt(0x50100400).putInt(0);
    if (!six) {
      message.putShort(2, checksum(message, 0, message.capacity()));
    }
    return message.array();
  }

  /** RFC 1071. */
  private static short checksum(ByteBuffer bytes, int from, int length) {
    int sum = 0;
    for (int i = 0; i < length; i += 2) {
      sum += bytes.getShort(from + i) & 0xffff;
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return (short) ~sum;
  }
}
