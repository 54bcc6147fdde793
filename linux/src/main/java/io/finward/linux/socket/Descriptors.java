package io.finward.linux.socket;

import io.netty.channel.IoRegistration;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a socket of ours leaves its loop. */
final class Descriptors {
  private static final Logger LOG = LoggerFactory.getLogger(Descriptors.class);

  private Descriptors() {}

  /**
   * Closes a descriptor once, and cancels its registration after that: the kernel has taken it out
   * of epoll by then, so it costs no EPOLL_CTL_DEL.
   */
  static void close(FileDescriptor fd, @Nullable IoRegistration registration) {
    if (!fd.isOpen()) {
      return;
    }
    try {
      fd.close();
    } catch (IOException e) {
      LOG.debug("close", e);
    }
    if (registration != null) {
      registration.cancel();
    }
  }
}
