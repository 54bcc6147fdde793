package io.finward.proxy.upstream;

import io.finward.proxy.file.BadLineException;
import io.finward.proxy.file.WatchedFile;
import io.netty.resolver.HostsFileEntriesProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The names of {@code /etc/hosts}, read again when it has changed. Asked on any thread; the reading
 * is done by another one, since such files may have a hundred thousand lines.
 */
final class Hosts {
  /** This machine's. */
  static final Hosts SYSTEM = new Hosts(Path.of("/etc/hosts"), TimeUnit.SECONDS.toNanos(5));

  private final Path path;
  private final long lookEveryNanos;
  private final AtomicLong lookedAt = new AtomicLong(System.nanoTime());
  private final AtomicReference<@Nullable WatchedFile<HostsFileEntriesProvider>> file =
      new AtomicReference<>();

  /** Reads the file, once. One that is not there has no names. */
  Hosts(Path path, long lookEveryNanos) {
    this.path = path;
    this.lookEveryNanos = lookEveryNanos;
    look();
  }

  /** IPv6 first; empty when the file does not have the name. Never blocks. */
  List<InetAddress> addresses(String name) {
    long now = System.nanoTime();
    long before = lookedAt.get();
    if (now - before >= lookEveryNanos && lookedAt.compareAndSet(before, now)) {
      Thread.ofVirtual().name("hosts").start(this::look);
    }
    WatchedFile<HostsFileEntriesProvider> read = file.get();
    if (read == null) {
      return List.of();
    }
    String key = name.toLowerCase(Locale.ROOT);
    if (key.endsWith(".")) {
      key = key.substring(0, key.length() - 1);
    }
    var addresses = new ArrayList<InetAddress>();
    addresses.addAll(read.value().ipv6Entries().getOrDefault(key, List.of()));
    addresses.addAll(read.value().ipv4Entries().getOrDefault(key, List.of()));
    return addresses;
  }

  private synchronized void look() {
    WatchedFile<HostsFileEntriesProvider> before = file.get();
    if (before != null) {
      before.check();
      return;
    }
    try {
      file.set(WatchedFile.open(path, HostsFileEntriesProvider.parser()::parse));
    } catch (IOException | BadLineException e) {
      // Not there, or not for us: DNS alone, until the next look.
    }
  }
}
