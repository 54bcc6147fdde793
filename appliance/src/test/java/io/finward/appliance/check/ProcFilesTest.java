package io.finward.appliance.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is read out of /proc, by lines as a kernel wrote them. */
class ProcFilesTest {
  @Test
  void effectiveCapabilitiesAreBits() throws IOException {
    assertThat(Capability.effective("Name:\tjava\nCapEff:\t0000000000003400\nCapBnd:\tff\n"))
        .containsExactlyInAnyOrder(
            Capability.CAP_NET_BIND_SERVICE, Capability.CAP_NET_ADMIN, Capability.CAP_NET_RAW);
    assertThat(Capability.effective("CapEff:\t0000000000001000\n"))
        .containsExactly(Capability.CAP_NET_ADMIN);
    assertThat(Capability.effective("CapEff:\t0000000000000000\n")).isEmpty();
  }

  @Test
  void theDescriptorLimitIsTheSoftOne() throws IOException {
    assertThat(
            Descriptors.limit(
                List.of(
                    "Limit                     Soft Limit           Hard Limit           Units",
                    "Max open files            1024                 20000                files")))
        .isEqualTo(1024);
  }

  @Test
  void onlyListeningSocketsOfThePortAreTaken() {
    Set<String> sockets = new HashSet<>();
    PortOwner.inodes(
        List.of(
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid"
                + "  timeout inode",
            "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0"
                + "        0 4711 1 0000000000000000 100 0 0 10 0",
            "   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0"
                + "        0 4712 1 0000000000000000 20 4 30 10 -1",
            "   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0"
                + "        0 4713 1 0000000000000000 100 0 0 10 0"),
        8080,
        sockets);
    assertThat(sockets).containsExactly("socket:[4711]");
  }
}
