package io.finward.appliance.explicit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.linux.netns.NetnsExtension;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP. */
@Tag("netns")
@Timeout(180)
@ExtendWith(NetnsExtension.class)
class ReloadIT {
  private static final String DOOR = "http://" + ExplicitLab.PROXY;
  private static final String URL = "http://origin.test/hello";

  @TempDir private Path folder;

  @Test
  void rulesChangeAndABrokenFileChangesNothing() throws Exception {
    try (ExplicitLab lab =
        ExplicitLab.start(folder, "access = [ { deny { name = origin.test } } ]")) {
      assertThat(lab.curl("-x", DOOR, URL)).startsWith("403");

      lab.reload("access = [ { deny { name = other.test } } ]\n threads = 3");
      await().until(() -> lab.log().contains("read again: 1 rules"));
      assertThat(lab.curl("-x", DOOR, URL)).startsWith("200");
      assertThat(lab.log()).contains("counts from a restart on: threads");

      long before = readAgain(lab);
      lab.reload("log { levels { default = warn, session = debug } }");
      await()
          .until(
              () -> lab.command("/log").contains("{\"subsystem\":\"default\",\"level\":\"warn\"}"));
      assertThat(lab.command("/log")).contains("{\"subsystem\":\"session\",\"level\":\"debug\"}");
      assertThat(readAgain(lab)).as("not told any more").isEqualTo(before);
      lab.reload("access = [ { deny { name = other.test } } ]\n log { levels { config = info } }");
      await().until(() -> readAgain(lab) > before);

      lab.reload("access = [ { deny { nme = other.test } } ]");
      await().until(() -> lab.log().contains("finward.conf:5: access[0].deny.nme"));
      assertThat(lab.curl("-x", DOOR, URL)).startsWith("200");
    }
  }

  private static long readAgain(ExplicitLab lab) throws IOException {
    return lab.log().lines().filter(line -> line.contains("read again")).count();
  }
}
