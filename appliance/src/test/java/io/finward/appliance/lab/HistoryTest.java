package io.finward.appliance.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private final List<History> histories = LongStream.range(0, 1000).mapToObj(History::of).toList();

  @Test
  void theSameSeedTellsTheSameHistory() {
    assertThat(histories).allSatisfy(each -> assertThat(History.of(each.seed())).isEqualTo(each));
  }

  @Test
  void everyHistoryEnds() {
    assertThat(histories)
        .allSatisfy(each ->
            assertThat(each.steps().getLast())
                .isInstanceOfAny(History.Reset.class, History.Settle.class));
  }

  @Test
  void nothingIsSentAfterAnEnd() {
    assertThat(histories)
        .allSatisfy(each -> {
          List<History.Step> steps = each.steps();
          for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i) instanceof History.End(var side)) {
              assertThat(steps.subList(i + 1, steps.size()))
                  .noneMatch(later ->
                      (later instanceof History.Send(var sender, _) && sender == side)
                          || (later instanceof History.End(var ender) && ender == side));
            }
          }
        });
  }

  @Test
  void aResetComesAfterEverythingHasArrived() {
    assertThat(histories)
        .filteredOn(each -> each.steps().getLast() instanceof History.Reset)
        .isNotEmpty()
        .allSatisfy(each -> {
          List<History.Step> before =
              each.steps().stream().filter(step -> !(step instanceof History.Forget)).toList();
          assertThat(before.get(before.size() - 2)).isInstanceOf(History.Settle.class);
        });
  }

  @Test
  void everyKindOfStepComesUp() {
    assertThat(histories.stream().flatMap(each -> each.steps().stream()).map(Object::getClass))
        .contains(
            History.Send.class,
            History.End.class,
            History.Forget.class,
            History.Reset.class,
            History.Settle.class);
  }
}
