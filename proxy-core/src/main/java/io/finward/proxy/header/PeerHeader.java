package io.finward.proxy.header;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.TransportProtocol;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * What a header of the PROXY protocol says of its connection.
 *
 * @param source the client, as the sender saw it; port 1 to 65535
 * @param destination where the client connected to; port 1 to 65535
 */
public record PeerHeader(InetSocketAddress source, InetSocketAddress destination) {
  /** The most a header may have, in bytes, TLVs included. */
  public static final int LONGEST = 4096;

  /** With CR and LF (proxy-protocol.txt, 2.1). */
  private static final int LONGEST_V1 = 107;

  private static final byte[] V1_BEGINNING = {'P', 'R', 'O', 'X', 'Y', ' '};

  /** {@link #length}: more bytes are needed. */
  public static final int INCOMPLETE = 0;

  /** {@link #length}: it is no header, or too long a one. */
  public static final int BROKEN = -1;

  /**
   * How long the header is that some bytes begin with, {@link #INCOMPLETE} or {@link #BROKEN}.
   *
   * @param begun the connection's first bytes
   */
  public static int length(byte[] begun) {
    if (begins(begun, HeaderVersion.V2_SIGNATURE)) {
      if (begun.length < HeaderVersion.V2_FIXED) {
        return INCOMPLETE;
      }
      int rest = Byte.toUnsignedInt(begun[14]) << 8 | Byte.toUnsignedInt(begun[15]);
      int length = HeaderVersion.V2_FIXED + rest;
      return length > LONGEST ? BROKEN : length <= begun.length ? length : INCOMPLETE;
    }
    if (!begins(begun, V1_BEGINNING)) {
      return BROKEN;
    }
    for (int i = 1; i < begun.length && i < LONGEST_V1; i++) {
      if (begun[i] == '\n') {
        return begun[i - 1] == '\r' ? i + 1 : BROKEN;
      }
    }
    return begun.length < LONGEST_V1 ? INCOMPLETE : BROKEN;
  }

  /** Whether bytes begin with a signature, or may when more of them have come. */
  private static boolean begins(byte[] bytes, byte[] signature) {
    for (int i = 0; i < Math.min(bytes.length, signature.length); i++) {
      if (bytes[i] != signature[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads a whole header. TLVs are skipped.
   *
   * @param header exactly the header
   * @return null when it says nothing of TCP addresses: the connection is the sender's own (LOCAL),
   *     or of another or unknown family. Its own ends are to be used then
   * @throws DecoderException when it is malformed
   */
  public static @Nullable PeerHeader decode(byte[] header) {
    EmbeddedChannel codec = new EmbeddedChannel(new HAProxyMessageDecoder(LONGEST));
    try {
      codec.writeInbound(Unpooled.wrappedBuffer(header));
      HAProxyMessage message = codec.readInbound();
      if (message == null) {
        throw new DecoderException("incomplete");
      }
      try {
        return of(message);
      } finally {
        message.release();
      }
    } finally {
      codec.finishAndReleaseAll();
    }
  }

  private static @Nullable PeerHeader of(HAProxyMessage message) {
    AddressFamily family = message.proxiedProtocol().addressFamily();
    boolean tcp =
        message.proxiedProtocol().transportProtocol() == TransportProtocol.STREAM
            && (family == AddressFamily.AF_IPv4 || family == AddressFamily.AF_IPv6);
    if (message.command() == HAProxyCommand.LOCAL || !tcp) {
      return null;
    }
    return new PeerHeader(
        endpoint(message.sourceAddress(), message.sourcePort()),
        endpoint(message.destinationAddress(), message.destinationPort()));
  }

  private static InetSocketAddress endpoint(@Nullable String address, int port) {
    byte[] bytes = address == null ? null : NetUtil.createByteArrayFromIpAddressString(address);
    if (bytes == null || port == 0) {
      throw new DecoderException("no address or no port");
    }
    try {
      return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    } catch (UnknownHostException e) {
      throw new DecoderException(e);
    }
  }
}
