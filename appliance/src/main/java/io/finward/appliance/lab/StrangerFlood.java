package io.finward.appliance.lab;

import io.finward.linux.socket.RawIpSender;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** FINs of connections that nobody has, from many addresses of the client's network. */
final class StrangerFlood {
  private static final int TCP = 6;
  private static final int TCP_HEADER = 20;
  private static final int FIN_ACK = 0x11;
  private static final int PORT = 80;

  private final Trial trial;
  private final int sources;

  /**
   * Sends nothing yet.
   *
   * @param sources how many addresses, from .100 on
   */
  StrangerFlood(Trial trial, int sources) {
    this.trial = trial;
    this.sources = sources;
  }

  /** Sends so many, as fast as one thread can; returns how many the client's kernel took. */
  int send(int packets) throws IOException {
    InetAddress server = AddressFamily.parse(trial.family().server());
    byte[][] from = new byte[sources][];
    for (int i = 0; i < sources; i++) {
      from[i] = AddressFamily.parse(trial.family().client()).getAddress();
      from[i][from[i].length - 1] = (byte) (100 + i);
    }
    int taken = 0;
    try (RawIpSender sender = trial.topology().client().call(() -> RawIpSender.open(0))) {
      for (int i = 0; i < packets; i++) {
        int port = 1024 + (i / sources) % 60_000;
        taken += sender.send(fin(from[i % sources], server.getAddress(), port), server) > 0 ? 1 : 0;
      }
    }
    return taken;
  }

  private static byte[] fin(byte[] source, byte[] destination, int port) {
    boolean ipv4 = source.length == 4;
    int ip = ipv4 ? 20 : 40;
    ByteBuffer packet = ByteBuffer.allocate(ip + TCP_HEADER);
    if (ipv4) {
      packet.put((byte) 0x45).put((byte) 0).putShort((short) (ip + TCP_HEADER)).putInt(0x4000);
      packet.put((byte) 64).put((byte) TCP).putShort((short) 0);
    } else {
      packet.putInt(0x6000_0000).putShort((short) TCP_HEADER).put((byte) TCP).put((byte) 64);
    }
    packet.put(source).put(destination);
    packet.putShort((short) port).putShort((short) PORT).putInt(1).putInt(1);
    packet.put((byte) ((TCP_HEADER / 4) << 4)).put((byte) FIN_ACK).putShort((short) 1000);
    packet.putInt(0);
    packet.putShort(ip + 16, checksum(packet, ip, source, destination));
    return packet.array();
  }

  private static short checksum(ByteBuffer packet, int at, byte[] source, byte[] destination) {
    int sum = TCP + TCP_HEADER;
    for (byte[] address : new byte[][] {source, destination}) {
      for (int i = 0; i < address.length; i += 2) {
        sum += (address[i] & 0xff) << 8 | (address[i + 1] & 0xff);
      }
    }
    for (int i = at; i < at + TCP_HEADER; i += 2) {
      sum += Short.toUnsignedInt(packet.getShort(i));
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (short) ~(sum + (sum >>> 16));
  }
}
