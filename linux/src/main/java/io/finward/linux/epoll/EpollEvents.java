package io.finward.linux.epoll;

/** The event bits of linux/eventpoll.h. */
public final class EpollEvents {
  public static final int EPOLLIN = 0x1;
  public static final int EPOLLPRI = 0x2;
  public static final int EPOLLOUT = 0x4;
  public static final int EPOLLERR = 0x8;
  public static final int EPOLLHUP = 0x10;
  public static final int EPOLLRDHUP = 0x2000;
  public static final int EPOLLET = 1 << 31;

  private EpollEvents() {}
}
