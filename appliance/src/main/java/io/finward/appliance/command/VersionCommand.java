package io.finward.appliance.command;

import io.finward.appliance.version.Version;
import io.finward.nat.apply.KernelFeature;
import io.finward.nat.apply.KernelFeatures;
import io.finward.nat.apply.NatException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code finward version}: of the program, of Java and of the kernel, and what the kernel can. */
@Command(name = "version", description = "Say the version, and what this kernel can.")
final class VersionCommand implements Runnable {
  @Mixin private final Terminal terminal = new Terminal();

  @Override
  public void run() {
    PrintWriter out = terminal.out();
    out.println("finward " + Version.finward());
    out.println("java " + Version.java());
    out.println("kernel " + Version.kernel());
    try {
      KernelFeatures features = KernelFeatures.probe();
      out.println("has " + words(features::has));
      out.println("lacks " + words(feature -> !features.has(feature)));
    } catch (NatException e) {
      // Without root there is nothing to try out with; the versions are worth saying all the same.
      out.println("kernel features unknown: " + e.getMessage());
    }
    out.flush();
  }

  private static String words(Predicate<KernelFeature> wanted) {
    String words =
        Arrays.stream(KernelFeature.values())
            .filter(wanted)
            .map(KernelFeature::word)
            .collect(Collectors.joining(", "));
    return words.isEmpty() ? "nothing" : words;
  }
}
