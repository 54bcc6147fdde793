package io.finward.proxy.relay;

import io.finward.linux.libc.KernelException;
import io.finward.linux.socket.TcpSocket;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionView;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A session as its door uses it. Belongs to the session's loop. */
public interface DoorSession extends SessionView {
  /** The loop's sessions, its memory and its dialer. */
  SessionLoop home();

  /** The client's socket, on no loop yet. */
  TcpSocket socket();

  /**
   * Begins a connection to the original destination, from whose address the listener says. It is on
   * no loop yet, and the caller's.
   *
   * @throws KernelException when the kernel refuses at once
   */
  TcpSocket dial() throws KernelException;

  /**
   * There is an upstream connection now, or another one.
   *
   * @param upstream where it goes
   * @param local its address here, where it is this session's alone; else null
   */
  void serves(InetSocketAddress upstream, @Nullable InetSocketAddress local);

  /** Bytes came: the idle clock starts anew. */
  void touch();

  /** Tells the listener of sessions. */
  void tell(SessionEvent event);

  /** The conversation is over and both sockets are relayed from now on. */
  void tunnel(TunnelLegs legs);

  /** The conversation has ended by itself and closed its sockets. Does nothing the second time. */
  void end(EndReason why);
}
