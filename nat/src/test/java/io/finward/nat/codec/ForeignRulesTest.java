package io.finward.nat.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.nat.rule.InterceptionMode;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ForeignRulesTest {
  private static final Set<InterceptionMode> REDIRECT = EnumSet.of(InterceptionMode.REDIRECT);
  private static final Set<InterceptionMode> TPROXY = EnumSet.of(InterceptionMode.TPROXY);

  /** nft -a -y list ruleset, nft 1.0.6; the first two tables made by iptables-nft 1.8.9. */
  private static final String RULESET =
      """
      table ip mangle { # handle 1
      \tchain PREROUTING { # handle 1
      \t\ttype filter hook prerouting priority -150; policy accept;
      \t\tct state invalid counter packets 0 bytes 0 drop # handle 2
      \t}
      }
      table ip filter { # handle 2
      \tchain INPUT { # handle 1
      \t\ttype filter hook input priority 0; policy accept;
      \t\tct state invalid counter packets 0 bytes 0 drop # handle 2
      \t}
      }
      table inet fw { # handle 3
      \tchain pre { # handle 1
      \t\ttype filter hook prerouting priority -250; policy accept;
      \t\tct state established accept # handle 3
      \t\tct state != invalid accept # handle 9
      \t\tct state invalid jump bad # handle 4
      \t\tct state vmap { invalid : drop, established : accept } # handle 6
      \t\tct state vmap { invalid : accept, new : drop } # handle 7
      \t\tct state { invalid, new } drop # handle 8
      \t}

      \tchain bad { # handle 2
      \t\tcounter packets 0 bytes 0 drop # handle 3
      \t}
      }
      table inet finward { # handle 4
      \tchain early { # handle 1
      \t\ttype filter hook prerouting priority -300; policy accept;
      \t\tct state invalid drop # handle 3
      \t}
      }
      """;

  @Test
  void findsEveryWayToDropInvalidButOurOwn() {
    assertThat(ForeignRules.inRuleset(RULESET))
        .extracting(ForeignDrop::rule)
        .containsExactly(
            "\"ct state invalid counter packets 0 bytes 0 drop\" handle 2",
            "\"ct state invalid counter packets 0 bytes 0 drop\" handle 2",
            "\"ct state invalid jump bad\" handle 4",
            "\"ct state vmap { invalid : drop, established : accept }\" handle 6",
            "\"ct state { invalid, new } drop\" handle 8");
  }

  @Test
  void saysWhichOfThemComeBeforeUs() {
    List<ForeignDrop> drops = ForeignRules.inRuleset(RULESET);

    assertThat(drops).filteredOn(drop -> drop.swallows(REDIRECT)).hasSize(3);
    assertThat(drops).filteredOn(drop -> drop.swallows(TPROXY)).hasSize(5);
    assertThat(drops.getFirst())
        .hasToString(
            "table ip mangle chain PREROUTING (hook prerouting priority -150) drops INVALID packets"
                + " that Finward has to see: \"ct state invalid counter packets 0 bytes 0 drop\""
                + " handle 2 (expected: let it spare intercepted connections, or move it to the"
                + " forward hook)");
  }

  @Test
  void findsWhoKnowsTheGatewaysConnectionsByTheirEntries() {
    List<ForeignState> found =
        ForeignRules.askingForState(
            UntrackedKey.UPSTREAM,
            """
            table inet fw { # handle 1
            \tchain in { # handle 1
            \t\ttype filter hook input priority 0; policy drop;
            \t\tct state vmap { established : accept, related : accept } # handle 3
            \t}

            \tchain out { # handle 2
            \t\ttype filter hook output priority 0; policy drop;
            \t\tct state established,related,untracked accept # handle 4
            \t}

            \tchain passing { # handle 5
            \t\ttype filter hook forward priority 0; policy drop;
            \t\tct state established accept # handle 6
            \t}
            }
            table ip nat { # handle 2
            \tchain POSTROUTING { # handle 1
            \t\ttype nat hook postrouting priority 100; policy accept;
            \t\tjump wan # handle 2
            \t}

            \tchain wan { # handle 3
            \t\toifname "eth1" counter packets 0 bytes 0 masquerade # handle 4
            \t}
            }
            """);

    assertThat(found)
        .containsExactly(
            new ForeignState(
                UntrackedKey.UPSTREAM,
                "inet fw",
                "in",
                "input",
                "\"ct state vmap { established : accept, related : accept }\" handle 3"),
            new ForeignState(
                UntrackedKey.UPSTREAM,
                "ip nat",
                "POSTROUTING",
                "postrouting",
                "chain wan: \"oifname \"eth1\" counter packets 0 bytes 0 masquerade\" handle 4"));
    assertThat(found.getFirst())
        .hasToString(
            "rules.track-upstream = false: table inet fw chain in (hook input) lets connections"
                + " through by their state, and those without an entry have none: \"ct state vmap {"
                + " established : accept, related : accept }\" handle 3 (expected: true, or \"ct"
                + " state untracked accept\" before it)");
  }

  @Test
  void readsLegacyTablesToo() {
    String saved =
        """
        *mangle
        :PREROUTING ACCEPT [0:0]
        -A PREROUTING -m conntrack --ctstate INVALID -j DROP
        -A FORWARD -m conntrack --ctstate INVALID -j DROP
        COMMIT
        """;

    assertThat(ForeignRules.inLegacy("ip", saved))
        .containsExactly(
            new ForeignDrop(
                "ip mangle (iptables-legacy)",
                "PREROUTING",
                "prerouting",
                -150,
                "-A PREROUTING -m conntrack --ctstate INVALID -j DROP"));
  }
}
