package io.finward.conntrack.codec;

import io.finward.conntrack.message.Tuple;
import io.finward.linux.netlink.AttributeCursor;
import io.finward.linux.netlink.AttributeWriter;
import io.finward.linux.netlink.UnknownAttribute;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** enum ctattr_tuple, ctattr_ip and ctattr_l4proto of nfnetlink_conntrack.h. */
final class TupleCodec {
  private static final int CTA_TUPLE_IP = 1;
  private static final int CTA_TUPLE_PROTO = 2;
  private static final int CTA_IP_V4_SRC = 1;
  private static final int CTA_IP_V4_DST = 2;
  private static final int CTA_IP_V6_SRC = 3;
  private static final int CTA_IP_V6_DST = 4;
  private static final int CTA_PROTO_NUM = 1;
  private static final int CTA_PROTO_SRC_PORT = 2;
  private static final int CTA_PROTO_DST_PORT = 3;

  private @Nullable InetAddress source;
  private @Nullable InetAddress destination;
  private int protocol;
  private int sourcePort;
  private int destinationPort;
  private final List<UnknownAttribute> tupleExtras = new ArrayList<>(0);
  private final List<UnknownAttribute> protoExtras = new ArrayList<>(0);

  private TupleCodec() {}

  /** Reads the value of a CTA_TUPLE_... attribute; null when the cursor has failed. */
  static @Nullable Tuple decode(AttributeCursor cursor) {
    return new TupleCodec().read(cursor);
  }

  private @Nullable Tuple read(AttributeCursor cursor) {
    cursor.nested(part -> {
      switch (part.type()) {
        case CTA_TUPLE_IP -> part.nested(this::readIp);
        case CTA_TUPLE_PROTO -> part.nested(this::readProto);
        default -> tupleExtras.add(part.unknown());
      }
    });
    if (source == null || destination == null || source.getClass() != destination.getClass()) {
      cursor.fail("tuple without two addresses of one family");
      return null;
    }
    return new Tuple(
        source,
        sourcePort,
        destination,
        destinationPort,
        protocol,
        tupleExtras.isEmpty() && protoExtras.isEmpty()
            ? Tuple.Extras.NONE
            : new Tuple.Extras(tupleExtras, protoExtras));
  }

  private void readIp(AttributeCursor ip) {
    switch (ip.type()) {
      case CTA_IP_V4_SRC -> source = ip.address(4);
      case CTA_IP_V4_DST -> destination = ip.address(4);
      case CTA_IP_V6_SRC -> source = ip.address(16);
      case CTA_IP_V6_DST -> destination = ip.address(16);
      default -> ip.fail("address attribute " + ip.type());
    }
  }

  private void readProto(AttributeCursor proto) {
    switch (proto.type()) {
      case CTA_PROTO_NUM -> protocol = proto.u8();
      case CTA_PROTO_SRC_PORT -> sourcePort = proto.u16be();
      case CTA_PROTO_DST_PORT -> destinationPort = proto.u16be();
      default -> protoExtras.add(proto.unknown());
    }
  }

  /** Writes a CTA_TUPLE_... attribute. */
  static void encode(AttributeWriter writer, int type, Tuple tuple) {
    boolean ports = tuple.extras().proto().isEmpty();
    writer.nested(
        type,
        into -> {
          into.nested(
              CTA_TUPLE_IP,
              ip ->
                  ip.address(tuple.ipv6() ? CTA_IP_V6_SRC : CTA_IP_V4_SRC, tuple.source())
                      .address(tuple.ipv6() ? CTA_IP_V6_DST : CTA_IP_V4_DST, tuple.destination()));
          into.nested(
              CTA_TUPLE_PROTO,
              proto -> {
                proto.u8(CTA_PROTO_NUM, tuple.protocol());
                if (ports) {
                  proto.u16be(CTA_PROTO_SRC_PORT, tuple.sourcePort());
                  proto.u16be(CTA_PROTO_DST_PORT, tuple.destinationPort());
                }
                tuple.extras().proto().forEach(proto::unknown);
              });
          tuple.extras().tuple().forEach(into::unknown);
        });
  }
}
