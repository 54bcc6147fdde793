package io.finward.appliance.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NftListingTest {
  @Test
  void readsACounter() {
    String listing =
        """
        table inet lab {
        \tcounter leaked {
        \t\tpackets 100 bytes 5200
        \t}
        }
        """;

    assertThat(NftListing.packets(listing)).isEqualTo(100);
  }

  @Test
  void aListingWithoutACounterIsNotZero() {
    assertThatThrownBy(() -> NftListing.packets("table inet lab {\n}\n"))
        .hasMessageContaining("expected: packets N bytes N");
  }

  @Test
  void readsTheElementsOverSeveralLines() {
    String listing =
        """
        table inet lab {
        \tset reset_ports {
        \t\ttype inet_service
        \t\tsize 65535
        \t\tflags dynamic
        \t\telements = { 80, 8080,
        \t\t\t     40000 }
        \t}
        }
        """;

    assertThat(NftListing.ports(listing)).containsExactly(80, 8080, 40000);
  }

  @Test
  void anEmptySetHasNoElements() {
    String listing = "table inet lab {\n\tset x {\n\t\ttype inet_service\n\t\tsize 65535\n\t}\n}\n";

    assertThat(NftListing.ports(listing)).isEmpty();
  }
}
