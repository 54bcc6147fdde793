package io.finward.conntrack.codec;

import io.finward.conntrack.message.LatePacket.Kind;
import io.finward.conntrack.message.TcpHeader;
import io.finward.conntrack.message.Tuple;
import io.finward.linux.netlink.DecodeException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The head of a TCP segment in IPv4 (RFC 791) or IPv6 (RFC 8200), as much as NFLOG copied. */
final class TcpPacketDecoder {
  /** What a segment says of itself. */
  record Segment(
      Kind kind,
      Tuple tuple,
      int sequence,
      int acknowledgement,
      int payload,
      @Nullable TcpHeader header) {}

  private static final int FIN = 0x01;
  private static final int SYN = 0x02;
  private static final int RST = 0x04;
  private static final int ACK = 0x10;
  private static final int TCP_HEADER = 20;
  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int DESTINATION_OPTIONS = 60;
  private static final int MAX_EXTENSIONS = 8;

  private final byte[] packet;

  private TcpPacketDecoder(byte[] packet) {
    this.packet = packet;
  }

  /**
   * Reads a packet from its network header on.
   *
   * @throws DecodeException when it is not the beginning of a TCP segment
   */
  static Segment decode(byte[] packet) throws DecodeException {
    TcpPacketDecoder decoder = new TcpPacketDecoder(packet);
    return switch (decoder.u8(0) >> 4) {
      case 4 -> decoder.ipv4();
      case 6 -> decoder.ipv6();
      default -> throw new DecodeException("IP version " + (decoder.u8(0) >> 4));
    };
  }

  private Segment ipv4() throws DecodeException {
    int header = (u8(0) & 0xf) * 4;
    if (header < 20 || u8(9) != Tuple.TCP || (u16(6) & 0x1fff) != 0) {
      throw new DecodeException("IPv4 packet that begins no TCP segment");
    }
    return tcp(header, u16(2) - header, 12, 4);
  }

  private Segment ipv6() throws DecodeException {
    int next = u8(6);
    int at = 40;
    for (int i = 0; i < MAX_EXTENSIONS; i++) {
      switch (next) {
        case HOP_BY_HOP, ROUTING, DESTINATION_OPTIONS -> {
          next = u8(at);
          at += (u8(at + 1) + 1) * 8;
        }
        case FRAGMENT -> {
          if ((u16(at + 2) & 0xfff8) != 0) {
            throw new DecodeException("IPv6 fragment that begins no TCP segment");
          }
          next = u8(at);
          at += 8;
        }
        case Tuple.TCP -> {
          return tcp(at, u16(4) + 40 - at, 8, 16);
        }
        default -> throw new DecodeException("IPv6 next header " + next + " (expected: TCP)");
      }
    }
    throw new DecodeException("IPv6 packet with more than " + MAX_EXTENSIONS + " extensions");
  }

  private Segment tcp(int at, int length, int addresses, int size) throws DecodeException {
    int flags = u8(at + 13);
    int header = (u8(at + 12) >> 4) * 4;
    if (header < TCP_HEADER) {
      throw new DecodeException("TCP header of " + header + " bytes (expected: at least 20)");
    }
    int payload = Math.max(0, length - header);
    Tuple tuple =
        Tuple.tcp(address(addresses, size), u16(at), address(addresses + size, size), u16(at + 2));
    Kind kind = kind(flags, payload);
    boolean whole = at + header <= packet.length;
    return new Segment(
        kind,
        tuple,
        i32(at + 4),
        (flags & ACK) != 0 ? i32(at + 8) : 0,
        payload,
        kind == Kind.SYN && whole ? new TcpHeader(packet, at, header) : null);
  }

  private static Kind kind(int flags, int payload) {
    if ((flags & RST) != 0) {
      return Kind.RST;
    }
    if ((flags & SYN) != 0) {
      return (flags & ACK) != 0 ? Kind.SYN_ACK : Kind.SYN;
    }
    if ((flags & FIN) != 0) {
      return Kind.FIN;
    }
    return payload > 0 ? Kind.DATA : Kind.ACK;
  }

  private InetAddress address(int at, int size) throws DecodeException {
    u8(at + size - 1);
    try {
      InetAddress address = InetAddress.getByAddress(Arrays.copyOfRange(packet, at, at + size));
      if (address.getAddress().length != size) {
        // Java turns ::ffff:a.b.c.d into IPv4; no such packet is on a wire (RFC 4038, 4.2).
        throw new DecodeException("IPv4-mapped address in an IPv6 packet");
      }
      return address;
    } catch (UnknownHostException e) {
      throw new DecodeException(e.toString());
    }
  }

  private int u8(int at) throws DecodeException {
    if (at >= packet.length) {
      throw new DecodeException(
          "packet of " + packet.length + " bytes (expected: at least " + (at + 1) + ")");
    }
    return packet[at] & 0xff;
  }

  private int u16(int at) throws DecodeException {
    return u8(at + 1) | u8(at) << 8;
  }

  private int i32(int at) throws DecodeException {
    return u16(at) << 16 | u16(at + 2);
  }
}
