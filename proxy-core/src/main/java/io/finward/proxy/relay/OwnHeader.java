package io.finward.proxy.relay;

import io.finward.proxy.header.HeaderVersion;
import io.finward.proxy.session.SessionView;
import java.net.InetSocketAddress;

/** The PROXY header that servers get before a session's first byte. */
public final class OwnHeader {
  /** No header. */
  public static final byte[] NONE = {};

  private OwnHeader() {}

  /**
   * The header of a session whose listener sends one; else {@link #NONE}.
   *
   * @param destination where the client meant to go
   */
  public static byte[] of(SessionView session, InetSocketAddress destination) {
    HeaderVersion version = session.listener().proxyProtocol().send();
    return version == null ? NONE : version.header(session.client(), destination);
  }
}
