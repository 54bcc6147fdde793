package io.finward.nat.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.finward.nat.Examples;
import io.finward.nat.rule.NatSettings;
import io.finward.nat.rule.RuleSwitches;
import io.finward.nat.rule.Tracking;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole text against files that a person can read and {@code nft -c -f} takes. */
class NftTableTest {
  private static final Map<String, NatSettings> SETTINGS =
      Map.of(
          "redirect", Examples.redirect(RuleSwitches.ALL),
          "redirect-as-client", Examples.redirectAsClient(),
          "tproxy", Examples.tproxy(RuleSwitches.ALL),
          "foreign-rule", Examples.foreignRule(),
          "redirect-without-wall", Examples.redirect(new RuleSwitches(true, false, true)),
          "redirect-untracked",
              Examples.redirect(
                  new RuleSwitches(true, true, true, new Tracking(false, true, false))),
          "tproxy-untracked",
              Examples.tproxy(new RuleSwitches(true, true, true, new Tracking(true, false, false))),
          "tproxy-without-nat", Examples.tproxy(new RuleSwitches(false, true, true)));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redirect",
        "redirect-as-client",
        "tproxy",
        "foreign-rule",
        "redirect-without-wall",
        "redirect-untracked",
        "tproxy-untracked",
        "tproxy-without-nat"
      })
  void saysTheSameEveryTime(String name) throws IOException {
    try (InputStream golden =
        Objects.requireNonNull(getClass().getResourceAsStream(name + ".nft"), name)) {
      assertThat(RulesText.of(Objects.requireNonNull(SETTINGS.get(name))))
          .isEqualTo(new String(golden.readAllBytes(), UTF_8));
    }
  }

  /** nft reads no other digits than these. */
  @Test
  void numbersAreTheSameWhereverTheOperatorLives() {
    NatSettings settings = Examples.redirect(RuleSwitches.ALL);
    String here = RulesText.of(settings);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat("%d".formatted(80)).as("the locale counts").isNotEqualTo("80");
      assertThat(RulesText.of(settings)).isEqualTo(here);
    } finally {
      Locale.setDefault(before);
    }
  }
}
