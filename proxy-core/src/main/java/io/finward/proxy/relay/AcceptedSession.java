package io.finward.proxy.relay;

import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.session.SessionView;
import java.net.InetSocketAddress;

/** What a session knows of itself from its accept on: none of it changes but what a door learns. */
interface AcceptedSession extends SessionView {
  /** What was accepted. */
  Accepted accepted();

  @Override
  default ListenerSettings listener() {
    return accepted().listener();
  }

  @Override
  default InetSocketAddress client() {
    return accepted().client();
  }

  @Override
  default InetSocketAddress peer() {
    return accepted().peer();
  }

  @Override
  default InetSocketAddress local() {
    return accepted().local();
  }

  @Override
  default InetSocketAddress originalDestination() {
    // The client of an explicit door names its destination after the accept.
    return listener().mode() == ListenerMode.EXPLICIT
        ? upstream()
        : accepted().originalDestination();
  }

  @Override
  default InetSocketAddress openedFrom() {
    Accepted.Opened opened = accepted().opened();
    return opened == null ? accepted().client() : opened.from();
  }

  @Override
  default InetSocketAddress openedTo() {
    Accepted.Opened opened = accepted().opened();
    return opened == null ? accepted().originalDestination() : opened.to();
  }
}
