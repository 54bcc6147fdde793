package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.List;

/** Another proxy, in the place and with the plain redirect rule that its users give it. */
public abstract class Peer implements GatewayProgram {
  /** The name for {@code --peer}. */
  abstract String name();

  @Override
  public final void intercept(Setup setup, NetworkNamespace gateway) throws IOException {
    AddressFamily family = setup.family();
    gateway.run(
        "nft",
        """
        table %1$s lab {
          chain prerouting {
            type nat hook prerouting priority dstnat;
            %1$s daddr %2$s tcp dport 80 redirect to :%3$d
          }
        }
        """
            .formatted(family.nft(), family.server(), setup.listenPort()));
  }

  @Override
  public final boolean ready(Setup setup, NetworkNamespace gateway, String log) throws IOException {
    return new SocketTable(gateway)
        .localPorts(SocketTable.State.LISTEN)
        .contains(setup.listenPort());
  }

  /**
   * The command to run a program as a user other than root from its start, with its directory given
   * to that user. A program that changes its user itself would lose the signal that ends it with
   * the lab ({@code commit_creds} clears {@code PR_SET_PDEATHSIG}).
   */
  public static List<String> as(String user, Path directory, String... command) throws IOException {
    UserPrincipalLookupService users = directory.getFileSystem().getUserPrincipalLookupService();
    Files.setOwner(directory, users.lookupPrincipalByName(user));
    var words =
        new ArrayList<>(List.of("setpriv", "--reuid", user, "--regid", user, "--clear-groups"));
    words.addAll(List.of("--pdeathsig", "KILL"));
    words.addAll(List.of(command));
    return words;
  }
}
