package io.finward.linux.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.finward.linux.libc.Errno;
import io.finward.linux.libc.KernelException;
import io.finward.linux.netns.NetnsExtension;
import io.finward.linux.netns.NetworkNamespace;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("netns")
@Timeout(60)
@ExtendWith(NetnsExtension.class)
class NetlinkSocketIT {
  private static final int AF_INET = 2;
  private static final int RTM_NEWLINK = 16;
  private static final int RTM_DELLINK = 17;
  private static final int RTM_GETLINK = 18;
  private static final int RTNLGRP_LINK = 1;
  private static final int IFLA_IFNAME = 3;
  private static final int IFINFOMSG = 16;
  private static final int NFT_MSG_NEWTABLE = 0;
  private static final int NFTA_TABLE_NAME = 1;

  @Test
  void dumpsAndHearsOfChanges(NetworkNamespace here) throws Exception {
    List<NetlinkMessage> events = new CopyOnWriteArrayList<>();
    try (Loop loop = new Loop(here);
        NetlinkSocket socket =
            loop.open(
                NetlinkSettings.of(NetlinkSettings.NETLINK_ROUTE).withGroups(RTNLGRP_LINK),
                new Recorder(events, new AtomicInteger()))) {
      here.run("ip", "link", "add", "dev7", "type", "veth");
      List<String> names = new ArrayList<>();

      NetlinkReply reply =
          socket.dump(links(RTM_GETLINK), message -> names.add(name(message))).get();

      assertThat(reply).isEqualTo(new NetlinkReply.Done(List.of(), false));
      assertThat(names).contains("lo", "dev7");
      Awaitility.await().until(() -> events.stream().anyMatch(event -> name(event).equals("dev7")));
      assertThat(events).allMatch(event -> event.type() == RTM_NEWLINK);
    }
  }

  @Test
  void aRefusalHasTheErrnoAndTheKernelsWords(NetworkNamespace here) throws Exception {
    try (Loop loop = new Loop(here);
        NetlinkSocket socket =
            loop.open(NetlinkSettings.of(NetlinkSettings.NETLINK_ROUTE), NetlinkListener.none())) {
      NetlinkReply missing =
          socket
              .request(
                  NetlinkRequest.of(
                      RTM_DELLINK,
                      0,
                      new AttributeWriter().raw(new byte[IFINFOMSG]).string(IFLA_IFNAME, "no0")))
              .get();
      // RTM_NEWADDR with a device index that does not exist: the kernel says so in words.
      NetlinkReply words =
          socket
              .request(
                  NetlinkRequest.of(
                      20,
                      NetlinkRequest.NLM_F_CREATE,
                      new AttributeWriter()
                          .raw((byte) AF_INET, (byte) 24, (byte) 0, (byte) 0)
                          .raw((byte) 99, (byte) 0, (byte) 0, (byte) 0)
                          .bytes(2, new byte[] {10, 0, 0, 1})))
              .get();

      assertThat(missing)
          .isInstanceOfSatisfying(
              NetlinkReply.Refused.class, no -> assertThat(no.errno()).isEqualTo(Errno.ENODEV));
      assertThat(words)
          .isInstanceOfSatisfying(
              NetlinkReply.Refused.class, no -> assertThat(no.reason()).isNotEmpty());
      assertThatThrownBy(() -> missing.orThrow("delete link no0"))
          .isInstanceOf(KernelException.class)
          .hasMessageStartingWith("delete link no0")
          .hasMessageEndingWith("ENODEV");
    }
  }

  @Test
  void aBatchIsDoneWholeOrNotAtAll(NetworkNamespace here) throws Exception {
    try (Loop loop = new Loop(here);
        NetlinkSocket socket =
            loop.open(
                NetlinkSettings.of(NetlinkSettings.NETLINK_NETFILTER), NetlinkListener.none())) {
      NetlinkReply good =
          socket.batch(Nfnetlink.NFTABLES, List.of(table("one"), table("two"))).get();
      NetlinkReply bad =
          socket.batch(Nfnetlink.NFTABLES, List.of(table("three"), table("one"))).get();
      NetlinkReply badFirst =
          socket.batch(Nfnetlink.NFTABLES, List.of(table("one"), table("four"))).get();

      assertThat(good).isInstanceOf(NetlinkReply.Done.class);
      assertThat(List.of(bad, badFirst))
          .allSatisfy(reply ->
              assertThat(reply)
                  .isInstanceOfSatisfying(
                      NetlinkReply.Refused.class,
                      no -> assertThat(no.errno()).isEqualTo(Errno.EEXIST)));
      assertThat(here.run("nft", "list", "tables")).isEqualTo("table inet one\ntable inet two\n");
    }
  }

  @Test
  void believesTheKernelOnly(NetworkNamespace here) throws Exception {
    List<NetlinkMessage> events = new CopyOnWriteArrayList<>();
    try (Loop loop = new Loop(here);
        NetlinkSocket socket =
            loop.open(
                NetlinkSettings.of(NetlinkSettings.NETLINK_ROUTE),
                new Recorder(events, new AtomicInteger()))) {
      // Another socket of root sends a well-formed message to our port, then the kernel answers.
      here.run(
          "python3",
          "-c",
          "import socket,struct;s=socket.socket(16,3,0);s.bind((0,0));"
              + "s.sendto(struct.pack('=IHHII',16,16,0,0,0),(%d,0))"
                  .formatted(Integer.toUnsignedLong(socket.portId())));

      assertThat(socket.dump(links(RTM_GETLINK), _ -> {}).get())
          .isInstanceOf(NetlinkReply.Done.class);

      assertThat(events).isEmpty();
    }
  }

  @Test
  void aFullBufferIsReportedOnceItIsRead(NetworkNamespace here) throws Exception {
    AtomicInteger overruns = new AtomicInteger();
    List<NetlinkMessage> events = new CopyOnWriteArrayList<>();
    try (Loop loop = new Loop(here);
        NetlinkSocket _ =
            loop.open(
                NetlinkSettings.of(NetlinkSettings.NETLINK_ROUTE)
                    .withGroups(RTNLGRP_LINK)
                    .withReceiveBuffer(4096),
                new Recorder(events, overruns))) {
      StringBuilder many = new StringBuilder();
      for (int i = 0; i < 40; i++) {
        many.append("link add d").append(i).append(" type veth\n");
      }
      java.nio.file.Path script = java.nio.file.Files.createTempFile("links", ".ip");
      java.nio.file.Files.writeString(script, many);
      // The loop is busy elsewhere while the kernel talks.
      loop.loop()
          .execute(() -> {
            try {
              here.run("ip", "-batch", script.toString());
            } catch (java.io.IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });

      Awaitility.await().until(() -> overruns.get() > 0);
      java.nio.file.Files.delete(script);
    }
  }

  @Test
  void whatWaitsWhenItIsClosedIsLost(NetworkNamespace here) throws Exception {
    try (Loop loop = new Loop(here)) {
      NetlinkSocket socket =
          loop.open(NetlinkSettings.of(NetlinkSettings.NETLINK_ROUTE), NetlinkListener.none());
      socket.close();
      socket.close();

      assertThat(socket.dump(links(RTM_GETLINK), _ -> {}).get())
          .isEqualTo(new NetlinkReply.Lost("netlink socket closed"));
    }
  }

  private static NetlinkRequest links(int type) {
    return NetlinkRequest.of(type, 0, new AttributeWriter().raw(new byte[IFINFOMSG]));
  }

  private static NetlinkRequest table(String name) {
    return NetlinkRequest.of(
        Nfnetlink.type(Nfnetlink.NFTABLES, NFT_MSG_NEWTABLE),
        NetlinkRequest.NLM_F_CREATE | NetlinkRequest.NLM_F_EXCL,
        Nfnetlink.body(1, 0).string(NFTA_TABLE_NAME, name));
  }

  private static String name(NetlinkMessage message) {
    AttributeCursor cursor = message.attributes(IFINFOMSG);
    while (cursor.next()) {
      if (cursor.type() == IFLA_IFNAME) {
        return cursor.string();
      }
    }
    return "";
  }

  private record Recorder(List<NetlinkMessage> events, AtomicInteger overruns)
      implements NetlinkListener {
    @Override
    public void onMessage(NetlinkMessage message) {
      events.add(message);
    }

    @Override
    public void onOverrun() {
      overruns.incrementAndGet();
    }
  }

  /** One event loop inside a namespace. */
  private static final class Loop implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group;

    Loop(NetworkNamespace namespace) {
      group =
          new MultiThreadIoEventLoopGroup(
              1, namespace.threadFactory(), EpollIoHandler.newFactory());
    }

    IoEventLoop loop() {
      return group.next();
    }

    NetlinkSocket open(NetlinkSettings settings, NetlinkListener listener) throws Exception {
      return NetlinkSocket.open(loop(), settings, listener).get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }
}
