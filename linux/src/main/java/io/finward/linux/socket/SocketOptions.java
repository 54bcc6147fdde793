package io.finward.linux.socket;

/** Option numbers of asm-generic/socket.h, linux/in.h, linux/in6.h and linux/tcp.h. */
final class SocketOptions {
  static final int SOL_IP = 0;
  static final int SOL_SOCKET = 1;
  static final int SOL_TCP = 6;
  static final int SOL_IPV6 = 41;

  static final int SO_REUSEADDR = 2;
  static final int SO_ERROR = 4;
  static final int SO_RCVBUF = 8;
  static final int SO_OOBINLINE = 10;
  static final int SO_LINGER = 13;
  static final int SO_REUSEPORT = 15;
  static final int SO_ATTACH_FILTER = 26;
  static final int SO_MARK = 36;

  static final int IP_TRANSPARENT = 19;
  static final int IP_BIND_ADDRESS_NO_PORT = 24;
  static final int IPV6_V6ONLY = 26;
  static final int IPV6_TRANSPARENT = 75;
  static final int SO_ORIGINAL_DST = 80;

  static final int TCP_NODELAY = 1;
  static final int TCP_INFO = 11;
  static final int TCP_REPAIR = 19;

  private SocketOptions() {}
}
