package io.finward.appliance.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;

class ResultTest {
  private static final Variant VARIANT = new Variant(Interception.OWN_RULE, AddressFamily.IPV6);

  @Test
  void theLineHasTheKeysOfTheContract() {
    Outcome outcome = new Outcome(100, 99, new Leaks(3, 4), 92, false, "");

    assertThat(new Result("late-fin", VARIANT, "squid", outcome, 5).toJson())
        .isEqualTo(
            "{\"scenario\":\"late-fin\",\"mode\":\"own-rule\",\"family\":\"ipv6\",\"peer\":\"squid\","
                + "\"sessions\":100,\"late_packets\":99,\"leaked_to_server\":3,"
                + "\"leaked_to_client\":4,\"translated\":92,\"passed\":false,\"note\":\"\","
                + "\"millis\":5}");
  }

  @Test
  void whatWasSeenIsQuoted() {
    String note = "line\nof \"a\\b\"\tand \u0001";

    String json = new Result("x", VARIANT, null, Outcome.broken(note), 0).toJson();

    assertThat(ConfigFactory.parseString(json).getString("note")).isEqualTo(note);
    assertThat(json).doesNotContain("\n").contains("\"peer\":null");
  }

  @Test
  void aLeakingPeerIsNoFailure() {
    assertThat(new Result("x", VARIANT, "nginx", Outcome.broken(""), 0).failed()).isFalse();
    assertThat(new Result("x", VARIANT, null, Outcome.broken(""), 0).failed()).isTrue();
  }
}
