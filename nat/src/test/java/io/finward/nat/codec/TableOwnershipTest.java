package io.finward.nat.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.nat.Examples;
import io.finward.nat.rule.RuleSwitches;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TableOwnershipTest {
  @Test
  void ownsByTheFlagsOwnerAndPersist() {
    // NFT_MSG_NEWTABLE, NFTA_TABLE_NAME "finward", NFTA_TABLE_FLAGS 0x6 in network order.
    assertThat(hex(TableOwnership.own()))
        .contains("000a0500")
        .contains("0c00010066696e7761726400" + "0800020000000006");
  }

  @Test
  void aTransactionBeginsAndEndsWithItsMarkers() {
    assertThat(hex(TableOwnership.makePersistent()))
        .isEqualTo(
            "14000000"
                + "1000"
                + "0100"
                + "00000000"
                + "00000000"
                + "0000000a"
                + "28000000"
                + "000a"
                + "0504"
                + "14000000"
                + "00000000"
                + "01000000"
                + "0c00010066696e7761726400"
                + "0800020000000004"
                + "14000000"
                + "1100"
                + "0100"
                + "3c000000"
                + "00000000"
                + "0000000a");
  }

  @Test
  void theFlatCommandsSayWhatTheTextSays() {
    String nested = NftTable.text(Examples.redirect(RuleSwitches.ALL));
    String flat = FlatCommands.of(nested);

    assertThat(flat.lines().filter(line -> line.startsWith("add chain")).count())
        .isEqualTo(nested.lines().filter(line -> line.startsWith("  chain ")).count());
    assertThat(flat)
        .contains("add counter inet finward wall_routed\n")
        .contains("add set inet finward alive {\ntype inet_proto; flags timeout;\n}\n")
        .contains("add rule inet finward refuse drop\n")
        .doesNotContain("#");
    assertThat(flat.lastIndexOf("add chain")).isLessThan(flat.indexOf("add rule"));
  }

  private static String hex(ByteBuffer bytes) {
    byte[] all = new byte[bytes.remaining()];
    bytes.get(all);
    return HexFormat.of().formatHex(all);
  }
}
