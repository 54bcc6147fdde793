package io.finward.proxy.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class NameSetTest {
  private static final NameSet SET =
      NameSet.of(
          List.of(
              "www.example.org", ".example.net", "*.example.com", "EXAMPLE.edu.", ".bücher.de"));

  @ParameterizedTest
  @CsvSource({
    "www.example.org, true",
    "example.org, false",
    "a.www.example.org, false",
    "awww.example.org, false",
    "example.net, true",
    "www.example.net, true",
    "a.b.example.net, true",
    "myexample.net, false",
    "example.com, false",
    "www.example.com, true",
    "example.edu, true",
    "www.xn--bcher-kva.de, true",
    "net, false",
    "., false",
    ".., false",
    ".example.net, true",
  })
  void knowsNamesDomainsAndWhatIsBelowThem(String name, boolean there) {
    assertThat(SET.contains(name)).isEqualTo(there);
  }

  @Test
  void anEntryMayBeThereInSeveralWays() {
    NameSet set = NameSet.of(List.of("a.example", "*.a.example", "a.example"));
    assertThat(set.size()).isEqualTo(1);
    assertThat(set.contains("a.example")).isTrue();
    assertThat(set.contains("b.a.example")).isTrue();
  }

  @Test
  void aShortLastEntryMayMeetALongOneInTheTable() {
    for (int i = 0; i < 1000; i++) {
      NameSet set = NameSet.of(List.of("a-name-that-is-long-" + i + ".example", "b" + i));
      assertThat(set.size()).isEqualTo(2);
      assertThat(set.contains("b" + i)).isTrue();
    }
  }

  @Test
  void theEmptySetHasNothing() {
    assertThat(NameSet.of(List.of()).contains("example.org")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "*", "*.", "a b", "a..b", "http://a.example/", "-a.example", "a*b"})
  void refusesWhatIsNoName(String entry) {
    assertThatThrownBy(() -> NameSet.of(List.of(entry)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("name \"" + entry + "\" (expected: a host name)");
  }

  @Test
  void findsEachOfManyAndNothingElse() {
    Random random = new Random(42);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 200_000; i++) {
      names.add(
          (i % 2 == 0 ? "" : ".") + Long.toString(random.nextLong() >>> 20, 36) + i + ".test");
    }
    NameSet set = NameSet.of(names);
    assertThat(set.size()).isEqualTo(200_000);
    for (String name : names) {
      boolean domain = name.startsWith(".");
      String plain = domain ? name.substring(1) : name;
      assertThat(set.contains(plain)).isTrue();
      assertThat(set.contains("www." + plain)).isEqualTo(domain);
      assertThat(set.contains("x" + plain)).isFalse();
    }
  }
}
