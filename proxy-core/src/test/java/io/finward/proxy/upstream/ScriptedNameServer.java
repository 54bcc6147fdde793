package io.finward.proxy.upstream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.finward.linux.netns.NetworkNamespace;
import io.netty.util.NetUtil;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** A name server on port 53, UDP and TCP, that answers by a script (RFC 1035, section 4). */
final class ScriptedNameServer implements AutoCloseable {
  static final int A = 1;
  static final int CNAME = 5;
  static final int AAAA = 28;

  private static final int HEADER = 12;

  /**
   * What was asked.
   *
   * @param name in lower case, without a dot at the end
   * @param tcp by which transport
   */
  record Question(String name, int type, boolean tcp) {}

  /**
   * A record of an answer.
   *
   * @param value an address, or the name that another is an alias of
   */
  record Told(String name, int type, int ttl, String value) {
    static Told address(String name, int ttl, String literal) {
      return new Told(name, literal.contains(":") ? AAAA : A, ttl, literal);
    }

    static Told alias(String name, String of) {
      return new Told(name, CNAME, 60, of);
    }

    private byte[] data() {
      // Not by InetAddress: that makes an IPv4 address of a mapped one.
      return type == CNAME ? encode(value) : NetUtil.createByteArrayFromIpAddressString(value);
    }
  }

  /** What is done about a question. */
  sealed interface Reply {
    /** An answer: its code, and records of which those of the wrong type are left out. */
    record Answer(int code, boolean truncated, List<Told> records) implements Reply {}

    /** An answer after some that others might have sent. */
    record AfterForgeries(Answer honest) implements Reply {}

    /** Nothing at all. */
    record Silence() implements Reply {}

    static Reply of(Told... records) {
      return new Answer(0, false, List.of(records));
    }

    static Reply code(int code) {
      return new Answer(code, false, List.of());
    }
  }

  final Queue<Question> asked = new ConcurrentLinkedQueue<>();
  private final DatagramSocket datagrams;
  private final DatagramSocket elsewhere;
  private final ServerSocket streams;
  private final Function<Question, Reply> script;

  ScriptedNameServer(NetworkNamespace where, String address, Function<Question, Reply> script)
      throws IOException {
    InetSocketAddress at = new InetSocketAddress(InetAddress.ofLiteral(address), 53);
    datagrams = where.call(() -> new DatagramSocket(at));
    elsewhere = where.call(() -> new DatagramSocket(new InetSocketAddress(at.getAddress(), 54)));
    streams = where.call(() -> new ServerSocket(53, 50, at.getAddress()));
    this.script = script;
    Thread.ofVirtual().name("name-server-udp").start(this::serveDatagrams);
    Thread.ofVirtual().name("name-server-tcp").start(this::serveStreams);
  }

  long asked(String name, int type) {
    return asked.stream().filter(it -> it.name().equals(name) && it.type() == type).count();
  }

  private void serveDatagrams() {
    byte[] buffer = new byte[1500];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        datagrams.receive(packet);
        byte[] query = Arrays.copyOf(buffer, packet.getLength());
        Question question = question(query, false);
        asked.add(question);
        Reply reply = script.apply(question);
        if (reply instanceof Reply.AfterForgeries) {
          forge(query, question, packet);
        }
        send(datagrams, answer(query, question, reply), packet);
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  /** A wrong id, another port, and another question's answer. */
  private void forge(byte[] query, Question question, DatagramPacket packet) throws IOException {
    Reply lie =
        Reply.of(
            Told.address(question.name(), 60, "203.0.113.66"),
            Told.address(question.name(), 60, "2001:db8:3::66"));
    byte[] guess = answer(query, question, lie);
    send(elsewhere, guess, packet);
    byte[] other = guess.clone();
    other[1] ^= 1;
    send(datagrams, other, packet);
    byte[] misled = guess.clone();
    misled[HEADER + 1] = 'x';
    send(datagrams, misled, packet);
  }

  private static void send(DatagramSocket from, byte[] bytes, DatagramPacket to)
      throws IOException {
    if (bytes.length > 0) {
      from.send(new DatagramPacket(bytes, bytes.length, to.getSocketAddress()));
    }
  }

  private void serveStreams() {
    try {
      while (true) {
        try (Socket socket = streams.accept()) {
          DataInputStream in = new DataInputStream(socket.getInputStream());
          byte[] query = in.readNBytes(in.readUnsignedShort());
          Question question = question(query, true);
          asked.add(question);
          byte[] answer = answer(query, question, script.apply(question));
          DataOutputStream out = new DataOutputStream(socket.getOutputStream());
          out.writeShort(answer.length);
          out.write(answer);
        }
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private static int endOfName(byte[] query) {
    int at = HEADER;
    while (query[at] != 0) {
      at += 1 + query[at];
    }
    return at;
  }

  private static Question question(byte[] query, boolean tcp) {
    StringBuilder name = new StringBuilder();
    for (int at = HEADER; query[at] != 0; at += 1 + query[at]) {
      name.append(new String(query, at + 1, query[at], US_ASCII)).append('.');
    }
    int type = query[endOfName(query) + 2] & 0xff;
    String bare = name.substring(0, name.length() - 1).toLowerCase(Locale.ROOT);
    return new Question(bare, type, tcp);
  }

  private static byte[] answer(byte[] query, Question question, Reply reply) throws IOException {
    return switch (reply) {
      case Reply.Silence _ -> new byte[0];
      case Reply.AfterForgeries(Reply.Answer honest) -> answer(query, question, honest);
      case Reply.Answer(int code, boolean truncated, List<Told> all) -> {
        List<Told> records =
            all.stream().filter(it -> it.type() == question.type() || it.type() == CNAME).toList();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(query, 0, 2);
        // Response, authoritative, recursion wanted and available.
        out.writeShort(0x8580 | (truncated ? 0x0200 : 0) | code);
        out.writeShort(1);
        out.writeShort(records.size());
        out.writeInt(0);
        out.write(query, HEADER, endOfName(query) + 5 - HEADER);
        for (Told record : records) {
          out.write(encode(record.name()));
          out.writeShort(record.type());
          out.writeShort(1);
          out.writeInt(record.ttl());
          byte[] data = record.data();
          out.writeShort(data.length);
          out.write(data);
        }
        yield bytes.toByteArray();
      }
    };
  }

  private static byte[] encode(String name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String label : name.split("\\.", -1)) {
      bytes.write(label.length());
      bytes.writeBytes(label.getBytes(US_ASCII));
    }
    bytes.write(0);
    return bytes.toByteArray();
  }

  @Override
  public void close() throws IOException {
    datagrams.close();
    elsewhere.close();
    streams.close();
  }
}
