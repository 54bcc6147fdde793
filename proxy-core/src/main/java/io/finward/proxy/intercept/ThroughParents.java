package io.finward.proxy.intercept;

import io.finward.linux.epoll.EpollEvents;
import io.finward.linux.socket.StreamSocket;
import io.finward.proxy.header.PeerHeader;
import io.finward.proxy.relay.ConnectFailure;
import io.finward.proxy.relay.Conversation;
import io.finward.proxy.relay.DoorSession;
import io.finward.proxy.relay.TunnelLegs;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.Side;
import io.finward.proxy.upstream.Destination;
import io.finward.proxy.upstream.Parent;
import io.finward.proxy.upstream.Reached;
import io.finward.proxy.upstream.Reaching;
import io.finward.proxy.upstream.Upstreams;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An intercepted session on its way through parents: the client waits, its bytes stay in its
 * socket, until one of them has reached the original destination; then both are a tunnel. The
 * client of a session that gets nowhere is told by RST.
 */
final class ThroughParents implements Conversation {
  private final DoorSession session;
  private @Nullable Reaching reaching;
  private boolean over;

  private ThroughParents(DoorSession session) {
    this.session = session;
  }

  static Conversation begin(DoorSession session, Upstreams upstreams, List<Parent> parents) {
    ThroughParents way = new ThroughParents(session);
    session.socket().register(session.home().loop(), way::clientReady);
    InetSocketAddress to = session.originalDestination();
    Destination destination =
        new Destination(to.getAddress().getHostAddress(), to.getPort(), false, false, null);
    Reaching begun =
        upstreams.through(parents, destination, new PeerHeader(session.client(), to), way::reached);
    if (way.over) {
      begun.cancel();
    } else {
      way.reaching = begun;
    }
    return way;
  }

  private void clientReady(StreamSocket client, int events) {
    if (!over && (events & EpollEvents.EPOLLERR) != 0) {
      session.tell(new SessionEvent.ResetReceived(Side.CLIENT));
      refuse(EndReason.RESET_BY_CLIENT);
    }
  }

  private void reached(Reached reached) {
    reaching = null;
    switch (reached) {
      case Reached.Connected connected -> {
        over = true;
        session.tunnel(
            new TunnelLegs(
                session.socket(),
                connected.socket(),
                connected.remote(),
                Unpooled.EMPTY_BUFFER,
                Unpooled.EMPTY_BUFFER,
                connected.early(),
                true));
      }
      case Reached.Failed(int errno) -> refuse(ConnectFailure.reason(errno));
      case Reached.ByParent _ -> refuse(EndReason.CONNECT_REFUSED);
      case Reached.NoAddress _, Reached.Refused _ -> refuse(EndReason.CONNECT_UNREACHABLE);
    }
  }

  private void refuse(EndReason why) {
    abort();
    session.tell(new SessionEvent.ResetSent(Side.CLIENT));
    session.end(why);
  }

  @Override
  public long bytesFrom(Side side) {
    return 0;
  }

  @Override
  public void abort() {
    if (!over) {
      over = true;
      Reaching running = reaching;
      if (running != null) {
        running.cancel();
      }
      session.socket().reset();
    }
  }

  @Override
  public void ended(EndReason reason) {}
}
