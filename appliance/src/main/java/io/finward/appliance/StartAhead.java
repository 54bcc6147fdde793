package io.finward.appliance;

import io.finward.appliance.signal.Signals;
import io.finward.linux.libc.Libc;
import io.finward.linux.libc.NativeMemory;
import io.finward.linux.socket.SocketAddresses;
import io.netty.channel.epoll.Epoll;
import org.slf4j.LoggerFactory;

/**
 * What every start of an instance needs and takes long to load, begun on other threads while the
 * arguments and the configuration are read. Whoever needs it first waits for it in the class
 * loader; a failure is met there as well, and told.
 */
final class StartAhead {
  private StartAhead() {}

  static void begin() {
    begin(StartAhead::kernel);
    begin(StartAhead::signals);
    // Whoever asks SLF4J while another thread makes it ready gets a substitute. Netty asks it, so
    // what is begun before this line touches nothing of Netty's.
    LoggerFactory.getILoggerFactory();
    begin(Epoll::isAvailable);
  }

  private static void kernel() {
    Libc.gettid();
    NativeMemory.linkAhead();
    SocketAddresses.linkAhead();
  }

  private static void signals() {
    Signals.take("HUP");
    Signals.take("USR1");
  }

  private static void begin(Runnable part) {
    Thread.ofPlatform().daemon().name("start-ahead").start(part);
  }
}
