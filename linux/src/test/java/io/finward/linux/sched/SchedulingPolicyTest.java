package io.finward.linux.sched;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulingPolicyTest {
  @ParameterizedTest
  @CsvSource({"OTHER, 0", "BATCH, 3"})
  void theKernelSchedulesThreadsByIt(SchedulingPolicy policy, int expected) throws Exception {
    CompletableFuture<Integer> told = new CompletableFuture<>();
    policy.of(Thread::new).newThread(() -> complete(told)).start();
    assertThat(told.get()).isEqualTo(expected);
  }

  /** proc_pid_stat(5): field 41 is the policy, and field 2 may have blanks in it. */
  private static void complete(CompletableFuture<Integer> told) {
    try {
      String stat = Files.readString(Path.of("/proc/thread-self/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      told.complete(Integer.parseInt(fields[41 - 3]));
    } catch (Exception e) {
      told.completeExceptionally(e);
    }
  }
}
