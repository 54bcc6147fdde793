package io.finward.nat.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.linux.libc.Libnftables;
import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.finward.nat.Examples;
import io.finward.nat.apply.Tool.Answer;
import io.finward.nat.codec.NftTable;
import io.finward.nat.rule.NatSettings;
import io.finward.nat.rule.RuleSwitches;
import io.finward.nat.rule.Tracking;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The library in this process does what the program does, which is the oracle. */
@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class NftIT {
  private static final List<Nft> BOTH = List.of(Nft.PROGRAM, Nft.AT_START);

  @Test
  void bothMakeTheSameTableAndListItTheSame(NetworkNamespace byProgram, NetworkNamespace byLibrary)
      throws IOException {
    assertThat(Libnftables.load()).isPresent();
    for (NatSettings settings :
        List.of(
            Examples.redirect(RuleSwitches.ALL),
            Examples.tproxy(RuleSwitches.ALL),
            Examples.redirect(
                new RuleSwitches(true, true, true, new Tracking(false, true, false))))) {
      String text = NftTable.text(settings);
      ask(byProgram, Nft.PROGRAM, text);
      ask(byLibrary, Nft.AT_START, text);
      List<String> listings = new ArrayList<>();
      for (NetworkNamespace where : List.of(byProgram, byLibrary)) {
        for (Nft nft : BOTH) {
          listings.add(ask(where, nft, "list table inet finward\n").output());
        }
        ask(where, Nft.AT_START, "delete table inet finward\n");
        assertThat(where.run("nft", "list", "ruleset")).isEmpty();
      }
      assertThat(listings.getFirst()).startsWith("table inet finward {");
      assertThat(listings).containsOnly(listings.getFirst());
    }
  }

  @Test
  void bothRefuseAndHaveDoneNothingThen(NetworkNamespace gateway) throws IOException {
    for (Nft nft : BOTH) {
      Answer absent = ask(gateway, nft, "list table inet finward\n");
      assertThat(absent.ok()).isFalse();
      assertThat(absent.errors()).contains("No such file or directory");

      Answer late =
          ask(gateway, nft, "add table inet a\nadd rule inet a nowhere accept\nadd table inet b\n");
      assertThat(late.ok()).isFalse();
      assertThat(late.errors()).contains("No such file or directory");

      Answer garbled = ask(gateway, nft, "add table inet a\nadd tables of stone\n");
      assertThat(garbled.ok()).isFalse();
      assertThat(garbled.errors()).contains("syntax error");
    }
    assertThat(gateway.run("nft", "list", "ruleset")).isEmpty();
  }

  private static Answer ask(NetworkNamespace where, Nft nft, String commands) throws IOException {
    return where.call(() -> nft.ask(commands));
  }
}
