package io.finward.proxy.door;

import io.finward.proxy.access.AccessPolicy;
import io.finward.proxy.opening.NameCheck;
import io.finward.proxy.relay.Door;

/**
 * The door of intercepted sessions whose headers are edited: their clients do not know of us, and
 * speak HTTP/1.0 or 1.1, as somebody has seen.
 */
public final class InterceptedHttp {
  private InterceptedHttp() {}

  /**
   * The door of one loop.
   *
   * @param home its settings say what is edited; its connections are never another client's
   * @param access asked about every request
   */
  public static Door door(DoorLoop home, AccessPolicy access, NameCheck names) {
    return session -> ClientTalk.begin(session, home, new Interception(session, access, names));
  }
}
