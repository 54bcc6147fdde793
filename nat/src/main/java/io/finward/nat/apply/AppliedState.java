package io.finward.nat.apply;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.finward.nat.apply.NatException.Reason;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Properties;

/**
 * What has to be remembered between apply, verify and remove, in one file: the sysctls as they were
 * before, the text that was applied, and how the kernel listed it right afterwards.
 */
final class AppliedState {
  private static final String SYSCTL = "sysctl.";
  private static final String TEXT = "text";
  private static final String LISTING = "listing";

  private final Path file;

  AppliedState(Path directory) {
    this.file = directory.resolve("nat.state");
  }

  /** A sysctl's value before ours, if we have changed it. */
  Optional<String> previous(String sysctl) throws NatException {
    return Optional.ofNullable(read().getProperty(SYSCTL + sysctl));
  }

  /** Remembers a sysctl's value, unless one is remembered: that is the older one. */
  void remember(String sysctl, String value) throws NatException {
    Properties properties = read();
    if (properties.putIfAbsent(SYSCTL + sysctl, value) == null) {
      write(properties);
    }
  }

  /** Remembers what was applied and how the kernel lists it. */
  void applied(String text, String listing) throws NatException {
    Properties properties = read();
    properties.setProperty(TEXT, text);
    properties.setProperty(LISTING, listing);
    write(properties);
  }

  /** The kernel's listing of exactly this text, if it is what was applied last. */
  Optional<String> listingOf(String text) throws NatException {
    Properties properties = read();
    return text.equals(properties.getProperty(TEXT))
        ? Optional.ofNullable(properties.getProperty(LISTING))
        : Optional.empty();
  }

  void forget() throws NatException {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failed("deleted", e);
    }
  }

  private Properties read() throws NatException {
    Properties properties = new Properties();
    try {
      if (Files.exists(file)) {
        properties.load(new StringReader(Files.readString(file)));
      }
      return properties;
    } catch (IOException | IllegalArgumentException e) {
      throw failed("read", e);
    }
  }

  private void write(Properties properties) throws NatException {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      StringWriter writer = new StringWriter();
      properties.store(writer, "Finward: what is applied; needed by verify and remove");
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.write(fresh, writer.toString().getBytes(UTF_8));
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failed("written", e);
    }
  }

  private NatException failed(String what, Exception e) {
    return new NatException(
        Reason.FILE, "%s cannot be %s: %s".formatted(file, what, e.getMessage()), e);
  }
}
