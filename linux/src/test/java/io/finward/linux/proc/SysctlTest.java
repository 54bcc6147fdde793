package io.finward.linux.proc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class SysctlTest {
  /** {@code pid_max} is 301 or more on every kernel (include/linux/threads.h). */
  @Test
  void readsEveryDigit() throws IOException {
    assertThat(Integer.parseInt(Sysctl.read(Path.of("/proc/sys/kernel/pid_max"))))
        .isGreaterThanOrEqualTo(301);
  }

  @Test
  void readsText() throws IOException {
    assertThat(Sysctl.read(Path.of("/proc/sys/kernel/ostype"))).isEqualTo("Linux");
  }
}
