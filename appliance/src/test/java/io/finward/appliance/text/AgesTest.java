package io.finward.appliance.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgesTest {
  @ParameterizedTest
  @CsvSource({
    "0,0.0s",
    "450,0.4s",
    "9999,9.9s",
    "10000,10s",
    "59999,59s",
    "187000,3m07s",
    "8100000,2h15m",
    "86400000,1d00h",
    "273600000,3d04h"
  })
  void agesHaveTwoUnitsAtMost(long millis, String text) {
    assertThat(Ages.age(millis)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "1023,1023 B",
    "1024,1.0 KiB",
    "1536,1.5 KiB",
    "536870912,512 MiB",
    "9223372036854775807,8.0 EiB"
  })
  void sizesAreInPowersOf1024(long bytes, String text) {
    assertThat(Ages.size(bytes)).isEqualTo(text);
  }
}
