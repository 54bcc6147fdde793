package io.finward.appliance.lab;

import io.finward.linux.netns.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A proxy that can stand in the gateway: Finward or a peer. */
public interface GatewayProgram {
  /**
   * Writes what the program reads.
   *
   * @param directory its own, for configuration, sockets and whatever it writes
   * @return the command that runs it in the foreground, as one process
   */
  List<String> prepare(Setup setup, Path directory) throws IOException;

  /** Makes the rules that the program does not make itself. */
  void intercept(Setup setup, NetworkNamespace gateway) throws IOException;

  /** Whether it takes connections now. */
  boolean ready(Setup setup, NetworkNamespace gateway, String log) throws IOException;
}
