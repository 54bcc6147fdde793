package io.finward.appliance.explicit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.finward.linux.netns.NetworkNamespace;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A name server that knows a few names and says NXDOMAIN to all others (RFC 1035, section 4). */
final class NameServer implements AutoCloseable {
  private static final int HEADER = 12;
  private static final int TYPE_A = 1;
  private static final int TYPE_AAAA = 28;

  private final DatagramSocket socket;
  private final Map<String, List<InetAddress>> names;

  private NameServer(DatagramSocket socket, Map<String, List<InetAddress>> names) {
    this.socket = socket;
    this.names = names;
  }

  static NameServer start(
      NetworkNamespace where, InetSocketAddress at, Map<String, List<InetAddress>> names)
      throws IOException {
    NameServer server = new NameServer(where.call(() -> new DatagramSocket(at)), Map.copyOf(names));
    Thread.ofVirtual().name("name-server").start(server::serve);
    return server;
  }

  private void serve() {
    byte[] buffer = new byte[1500];
    try {
      while (true) {
        DatagramPacket query = new DatagramPacket(buffer, buffer.length);
        socket.receive(query);
        byte[] answer = answer(Arrays.copyOf(buffer, query.getLength()));
        socket.send(new DatagramPacket(answer, answer.length, query.getSocketAddress()));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private byte[] answer(byte[] query) throws IOException {
    StringBuilder name = new StringBuilder();
    int at = HEADER;
    while (query[at] != 0) {
      name.append(new String(query, at + 1, query[at], US_ASCII)).append('.');
      at += 1 + query[at];
    }
    int type = query[at + 2] & 0xff;
    List<InetAddress> known =
        names.get(name.substring(0, name.length() - 1).toLowerCase(Locale.ROOT));
    List<InetAddress> told =
        known == null
            ? List.of()
            : known.stream()
                .filter(address -> address.getAddress().length == (type == TYPE_A ? 4 : 16))
                .filter(_ -> type == TYPE_A || type == TYPE_AAAA)
                .toList();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(query, 0, 2);
    out.writeShort(known == null ? 0x8583 : 0x8580);
    out.writeShort(1);
    out.writeShort(told.size());
    out.writeInt(0);
    out.write(query, HEADER, at + 5 - HEADER);
    for (InetAddress address : told) {
      out.writeShort(0xc000 | HEADER);
      out.writeShort(type);
      out.writeShort(1);
      out.writeInt(1);
      out.writeShort(address.getAddress().length);
      out.write(address.getAddress());
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    socket.close();
  }
}
