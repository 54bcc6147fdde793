package io.finward.proxy.access;

import io.finward.linux.socket.LocalAddressProbe;
import io.finward.linux.socket.LoopMemory;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Which addresses are the gateway's own, as the kernel says; an answer holds for a second, for a
 * door asks with each request and three system calls are dearer than the rest of its judgement.
 * Belongs to one loop.
 */
final class OwnAddresses {
  private static final int REMEMBERED = 1024;
  private static final long HOLDS_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Answer(boolean own, long nanos) {}

  private final LocalAddressProbe probe = new LocalAddressProbe(new LoopMemory());
  private final Map<InetAddress, Answer> answers =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Answer> eldest) {
          return size() > REMEMBERED;
        }
      };

  boolean contains(InetAddress address) {
    long now = System.nanoTime();
    Answer answer = answers.get(address);
    if (answer == null || now - answer.nanos > HOLDS_NANOS) {
      answer = new Answer(probe.isLocal(address), now);
      answers.put(address, answer);
    }
    return answer.own;
  }
}
