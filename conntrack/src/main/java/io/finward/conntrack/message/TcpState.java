package io.finward.conntrack.message;

import org.jspecify.annotations.Nullable;

/** enum tcp_conntrack of nf_conntrack_tcp.h, in its order. */
public enum TcpState {
  NONE(0),
  SYN_SENT(1),
  SYN_RECV(2),
  ESTABLISHED(3),
  FIN_WAIT(4),
  CLOSE_WAIT(5),
  LAST_ACK(6),
  TIME_WAIT(7),
  CLOSE(8),
  SYN_SENT2(9);

  private static final TcpState[] BY_NUMBER = values();

  private final int number;

  TcpState(int number) {
    this.number = number;
  }

  /** The state of this number; null for one of a newer kernel. */
  public static @Nullable TcpState of(int number) {
    return number < BY_NUMBER.length ? BY_NUMBER[number] : null;
  }

  /** The kernel's number. */
  public int number() {
    return number;
  }
}
