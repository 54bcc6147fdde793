package io.finward.linux.socket;

import io.finward.linux.libc.Libc;
import io.netty.channel.IoRegistration;
import io.netty.channel.unix.FileDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * What Netty is told of a socket's descriptor, the few times it asks; a socket that kept one would
 * be 16 bytes larger, and there may be tens of thousands.
 */
final class Descriptor extends FileDescriptor {
  private final boolean open;

  Descriptor(int number, boolean open) {
    super(number);
    this.open = open;
  }

  /** Of an open one that leaves its loop Netty makes EPOLL_CTL_DEL. */
  @Override
  public boolean isOpen() {
    return open;
  }

  /**
   * Closes a descriptor, and cancels its registration after that: the kernel has taken it out of
   * epoll by then, so it costs no EPOLL_CTL_DEL. To be called once, and not open any more.
   */
  static void close(int number, @Nullable IoRegistration registration) {
    Libc.close(number);
    if (registration != null) {
      registration.cancel();
    }
  }
}
