package io.finward.conntrack.codec;

import io.finward.conntrack.message.ConntrackEntry;
import io.finward.conntrack.message.Counters;
import io.finward.conntrack.message.NewEntry;
import io.finward.conntrack.message.Status;
import io.finward.conntrack.message.TcpInfo;
import io.finward.conntrack.message.Tuple;
import io.finward.linux.netlink.AttributeCursor;
import io.finward.linux.netlink.AttributeWriter;
import io.finward.linux.netlink.DecodeException;
import io.finward.linux.netlink.UnknownAttribute;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** enum ctattr_type of nfnetlink_conntrack.h: an entry, and an entry to make. */
public final class EntryCodec {
  static final int CTA_TUPLE_ORIG = 1;
  static final int CTA_TUPLE_REPLY = 2;
  private static final int CTA_STATUS = 3;
  private static final int CTA_PROTOINFO = 4;
  private static final int CTA_NAT_SRC = 6;
  private static final int CTA_TIMEOUT = 7;
  private static final int CTA_MARK = 8;
  private static final int CTA_COUNTERS_ORIG = 9;
  private static final int CTA_COUNTERS_REPLY = 10;
  private static final int CTA_ID = 12;
  private static final int CTA_NAT_DST = 13;
  private static final int CTA_STATUS_MASK = 26;
  private static final int CTA_COUNTERS_PACKETS = 1;
  private static final int CTA_COUNTERS_BYTES = 2;
  private static final int CTA_NAT_V4_MINIP = 1;
  private static final int CTA_NAT_PROTO = 3;
  private static final int CTA_NAT_V6_MINIP = 4;
  private static final int CTA_PROTONAT_PORT_MIN = 1;
  private static final int CTA_PROTONAT_PORT_MAX = 2;

  private EntryCodec() {}

  /**
   * Reads the attributes of an entry.
   *
   * @throws DecodeException when they are none
   */
  public static ConntrackEntry decode(AttributeCursor cursor) throws DecodeException {
    Tuple original = null;
    Tuple reply = null;
    Status status = null;
    Integer timeout = null;
    TcpInfo tcp = null;
    Integer mark = null;
    Integer id = null;
    Counters countersOriginal = null;
    Counters countersReply = null;
    List<UnknownAttribute> unknown = new ArrayList<>(0);
    while (cursor.next()) {
      switch (cursor.type()) {
        case CTA_TUPLE_ORIG -> original = TupleCodec.decode(cursor);
        case CTA_TUPLE_REPLY -> reply = TupleCodec.decode(cursor);
        case CTA_STATUS -> status = new Status(cursor.u32be());
        case CTA_PROTOINFO -> {
          tcp = TcpInfoCodec.decode(cursor);
          if (tcp == null) {
            unknown.add(cursor.unknown());
          }
        }
        case CTA_TIMEOUT -> timeout = cursor.u32be();
        case CTA_MARK -> mark = cursor.u32be();
        case CTA_ID -> id = cursor.u32be();
        case CTA_COUNTERS_ORIG -> countersOriginal = counters(cursor.nested());
        case CTA_COUNTERS_REPLY -> countersReply = counters(cursor.nested());
        default -> unknown.add(cursor.unknown());
      }
    }
    cursor.finish();
    if (original == null || reply == null) {
      throw new DecodeException("entry without both tuples");
    }
    return new ConntrackEntry(
        original, reply, status, timeout, tcp, mark, id, countersOriginal, countersReply, unknown);
  }

  /** Writes an entry as the kernel would, for what was read from it. */
  public static void encode(AttributeWriter writer, ConntrackEntry entry) {
    TupleCodec.encode(writer, CTA_TUPLE_ORIG, entry.original());
    TupleCodec.encode(writer, CTA_TUPLE_REPLY, entry.reply());
    if (entry.status() != null) {
      writer.u32be(CTA_STATUS, entry.status().bits());
    }
    number(writer, CTA_MARK, entry.mark());
    number(writer, CTA_ID, entry.id());
    number(writer, CTA_TIMEOUT, entry.timeout());
    if (entry.tcp() != null) {
      TcpInfoCodec.encode(writer, CTA_PROTOINFO, entry.tcp());
    }
    counters(writer, CTA_COUNTERS_ORIG, entry.countersOriginal());
    counters(writer, CTA_COUNTERS_REPLY, entry.countersReply());
    entry.unknown().forEach(writer::unknown);
  }

  /** Writes the tuple that names an entry, as its opener's or as its answers' packets carry it. */
  public static void encodeKey(AttributeWriter writer, Tuple tuple, boolean reply) {
    TupleCodec.encode(writer, reply ? CTA_TUPLE_REPLY : CTA_TUPLE_ORIG, tuple);
  }

  /** Writes what shall be changed of an entry; null leaves it alone. */
  public static void encodeChange(
      AttributeWriter writer, @Nullable TcpInfo tcp, @Nullable Integer timeout) {
    if (tcp != null) {
      TcpInfoCodec.encode(writer, CTA_PROTOINFO, tcp);
    }
    number(writer, CTA_TIMEOUT, timeout);
  }

  /** Writes an entry to make, by the recipe of {@link NewEntry}. */
  public static void encode(AttributeWriter writer, NewEntry entry) {
    TupleCodec.encode(writer, CTA_TUPLE_ORIG, entry.original());
    TupleCodec.encode(writer, CTA_TUPLE_REPLY, entry.original().inverse());
    writer.u32be(CTA_STATUS, Status.MADE.bits());
    TcpInfoCodec.encode(writer, CTA_PROTOINFO, TcpInfo.liberal(entry.state()));
    nat(writer, CTA_NAT_SRC, entry.reply().destination(), entry.reply().destinationPort());
    writer.u32be(CTA_TIMEOUT, entry.timeoutSeconds());
    if (entry.mark() != 0) {
      writer.u32be(CTA_MARK, entry.mark());
    }
    if (entry.destinationNat()) {
      nat(writer, CTA_NAT_DST, entry.reply().source(), entry.reply().sourcePort());
    }
  }

  /** Writes CTA_STATUS and its mask, which a dump filters by. */
  public static void encodeStatusFilter(AttributeWriter writer, int status) {
    writer.u32be(CTA_STATUS, status).u32be(CTA_STATUS_MASK, status);
  }

  private static void nat(AttributeWriter writer, int type, InetAddress address, int port) {
    boolean ipv6 = address.getAddress().length == 16;
    writer.nested(
        type,
        nat -> {
          nat.address(ipv6 ? CTA_NAT_V6_MINIP : CTA_NAT_V4_MINIP, address);
          nat.nested(
              CTA_NAT_PROTO,
              range -> range.u16be(CTA_PROTONAT_PORT_MIN, port).u16be(CTA_PROTONAT_PORT_MAX, port));
        });
  }

  private static Counters counters(AttributeCursor cursor) {
    long packets = 0;
    long bytes = 0;
    while (cursor.next()) {
      switch (cursor.type()) {
        case CTA_COUNTERS_PACKETS -> packets = cursor.u64be();
        case CTA_COUNTERS_BYTES -> bytes = cursor.u64be();
        default -> {}
      }
    }
    return new Counters(packets, bytes);
  }

  private static void counters(AttributeWriter writer, int type, @Nullable Counters counters) {
    if (counters != null) {
      writer.nested(
          type,
          inner ->
              inner
                  .u64be(CTA_COUNTERS_PACKETS, counters.packets())
                  .u64be(CTA_COUNTERS_BYTES, counters.bytes()));
    }
  }

  private static void number(AttributeWriter writer, int type, @Nullable Integer value) {
    if (value != null) {
      writer.u32be(type, value);
    }
  }
}
