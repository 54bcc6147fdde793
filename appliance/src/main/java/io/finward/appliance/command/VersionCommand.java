package io.finward.appliance.command;

import io.finward.appliance.Version;
import picocli.CommandLine.Command;

/** {@code finward version}: of the program, of Java and of the kernel. */
@Command(name = "version", description = "Say the version, and what this machine offers.")
final class VersionCommand implements Runnable {
  @Override
  public void run() {
    System.out.println("finward " + Version.finward());
    System.out.println("java " + Version.java());
    System.out.println("kernel " + Version.kernel());
  }
}
