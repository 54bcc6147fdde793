package io.finward.proxy.door;

import io.finward.linux.socket.LoopMemory;
import io.finward.proxy.relay.SessionLoop;
import io.finward.proxy.upstream.Upstreams;
import io.netty.channel.IoEventLoop;

/** What all explicit doors of one event loop share. */
public final class DoorLoop {
  private final SessionLoop sessions;
  private final ExplicitSettings settings;
  private final Upstreams upstreams;
  private final OriginPool pool;

  /**
   * For one loop.
   *
   * @param loops how many there are
   */
  public DoorLoop(SessionLoop sessions, ExplicitSettings settings, int loops) {
    this.sessions = sessions;
    this.settings = settings;
    upstreams =
        new Upstreams(
            sessions.loop(),
            sessions.memory(),
            sessions.dialer(),
            settings.nameServers(),
            settings.connect(),
            settings.leg());
    pool = new OriginPool(sessions.loop(), sessions.memory(), settings.origins().share(loops));
  }

  SessionLoop sessions() {
    return sessions;
  }

  IoEventLoop loop() {
    return sessions.loop();
  }

  LoopMemory memory() {
    return sessions.memory();
  }

  ExplicitSettings settings() {
    return settings;
  }

  Upstreams upstreams() {
    return upstreams;
  }

  OriginPool pool() {
    return pool;
  }
}
