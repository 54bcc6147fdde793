package io.finward.conntrack.codec;

import io.finward.conntrack.message.TcpFlags;
import io.finward.conntrack.message.TcpInfo;
import io.finward.conntrack.message.TcpState;
import io.finward.linux.netlink.AttributeCursor;
import io.finward.linux.netlink.AttributeWriter;
import io.finward.linux.netlink.UnknownAttribute;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** enum ctattr_protoinfo and ctattr_protoinfo_tcp of nfnetlink_conntrack.h. */
final class TcpInfoCodec {
  private static final int CTA_PROTOINFO_TCP = 1;
  private static final int CTA_PROTOINFO_TCP_STATE = 1;
  private static final int CTA_PROTOINFO_TCP_WSCALE_ORIGINAL = 2;
  private static final int CTA_PROTOINFO_TCP_WSCALE_REPLY = 3;
  private static final int CTA_PROTOINFO_TCP_FLAGS_ORIGINAL = 4;
  private static final int CTA_PROTOINFO_TCP_FLAGS_REPLY = 5;

  private TcpInfoCodec() {}

  /** Reads the value of CTA_PROTOINFO; null when it is of another protocol than TCP. */
  static @Nullable TcpInfo decode(AttributeCursor protoinfo) {
    AttributeCursor outer = protoinfo.nested();
    while (outer.next()) {
      if (outer.type() == CTA_PROTOINFO_TCP) {
        return tcp(outer.nested());
      }
    }
    return null;
  }

  private static TcpInfo tcp(AttributeCursor tcp) {
    TcpState state = null;
    Integer scaleOriginal = null;
    Integer scaleReply = null;
    TcpFlags flagsOriginal = null;
    TcpFlags flagsReply = null;
    List<UnknownAttribute> unknown = new ArrayList<>(0);
    while (tcp.next()) {
      switch (tcp.type()) {
        case CTA_PROTOINFO_TCP_STATE -> {
          state = TcpState.of(tcp.u8());
          if (state == null) {
            unknown.add(tcp.unknown());
          }
        }
        case CTA_PROTOINFO_TCP_WSCALE_ORIGINAL -> scaleOriginal = tcp.u8();
        case CTA_PROTOINFO_TCP_WSCALE_REPLY -> scaleReply = tcp.u8();
        case CTA_PROTOINFO_TCP_FLAGS_ORIGINAL -> flagsOriginal = flags(tcp);
        case CTA_PROTOINFO_TCP_FLAGS_REPLY -> flagsReply = flags(tcp);
        default -> unknown.add(tcp.unknown());
      }
    }
    return new TcpInfo(state, scaleOriginal, scaleReply, flagsOriginal, flagsReply, unknown);
  }

  private static @Nullable TcpFlags flags(AttributeCursor cursor) {
    // struct nf_ct_tcp_flags { __u8 flags; __u8 mask; }: two bytes, so reading them as one
    // big-endian number gives both.
    int both = cursor.u16be();
    return cursor.failed() ? null : new TcpFlags(both >> 8, both & 0xff);
  }

  /** Writes CTA_PROTOINFO as attribute {@code type}. */
  static void encode(AttributeWriter writer, int type, TcpInfo info) {
    writer.nested(
        type,
        outer ->
            outer.nested(
                CTA_PROTOINFO_TCP,
                tcp -> {
                  if (info.state() != null) {
                    tcp.u8(CTA_PROTOINFO_TCP_STATE, info.state().number());
                  }
                  if (info.scaleOriginal() != null) {
                    tcp.u8(CTA_PROTOINFO_TCP_WSCALE_ORIGINAL, info.scaleOriginal());
                  }
                  if (info.scaleReply() != null) {
                    tcp.u8(CTA_PROTOINFO_TCP_WSCALE_REPLY, info.scaleReply());
                  }
                  flags(tcp, CTA_PROTOINFO_TCP_FLAGS_ORIGINAL, info.flagsOriginal());
                  flags(tcp, CTA_PROTOINFO_TCP_FLAGS_REPLY, info.flagsReply());
                  info.unknown().forEach(tcp::unknown);
                }));
  }

  private static void flags(AttributeWriter writer, int type, @Nullable TcpFlags flags) {
    if (flags != null) {
      writer.u16be(type, flags.flags() << 8 | flags.mask());
    }
  }
}
