package io.finward.linux.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("netns")
@Timeout(30)
@ExtendWith(NetnsExtension.class)
class NetworkNamespaceIT {
  @Test
  void connectedNamespacesReachEachOther(NetworkNamespace left, NetworkNamespace right)
      throws IOException {
    NetworkNamespace.connect(left, "l0", right, "r0");
    left.run("ip", "addr", "add", "192.0.2.1/24", "dev", "l0");
    right.run("ip", "addr", "add", "192.0.2.2/24", "dev", "r0");

    assertThat(left.run("ip", "route", "get", "192.0.2.2")).contains("dev l0");
    assertThat(left.run("ip", "-o", "link")).doesNotContain("r0:").contains("l0@");
  }

  @Test
  void aCommandThatFailsSaysWhatItPrinted(NetworkNamespace here) {
    assertThatThrownBy(() -> here.run("ip", "link", "show", "nosuch0"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nosuch0")
        .hasMessageContaining("in here: exit 1");
  }

  @Test
  void goesAwayWithItsThread() throws IOException {
    NetworkNamespace gone = NetworkNamespace.create("gone");
    assertThat(Files.exists(gone.path())).isTrue();

    gone.close();

    org.awaitility.Awaitility.await().until(() -> !Files.exists(gone.path()));
  }
}
