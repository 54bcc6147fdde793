package io.finward.appliance.accesslog;

import io.finward.appliance.accesslog.Destination.SyslogServer;
import io.finward.appliance.accesslog.Destination.SyslogSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Syslog, a datagram a line: to a local daemon as syslog(3) writes it (RFC 3164 without a host
 * name: rsyslog, syslog-ng and journald read nothing else there), to a server as RFC 5424 has it.
 * Severity is informational, the tag {@code finward}. Past {@link #LONGEST} bytes, which RFC 5424
 * section 6.1 wants of every receiver, a line is cut.
 */
final class SyslogSink implements Sink {
  /** The longest datagram in bytes. */
  static final int LONGEST = 2048;

  private static final int INFORMATIONAL = 6;
  private static final DateTimeFormatter BSD =
      DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ENGLISH);

  private final Datagrams datagrams;
  private final Supplier<String> head;

  private SyslogSink(Datagrams datagrams, Supplier<String> head) {
    this.datagrams = datagrams;
    this.head = head;
  }

  /** A local daemon's. Whether it is there shows when a line is sent. */
  static SyslogSink local(SyslogSocket to) {
    String priority = "<" + (to.facility() * 8 + INFORMATIONAL) + ">";
    String tag = " finward[" + ProcessHandle.current().pid() + "]: ";
    ZoneId zone = ZoneId.systemDefault();
    return new SyslogSink(
        new Datagrams.Local(to.path()), () -> priority + BSD.format(ZonedDateTime.now(zone)) + tag);
  }

  /** A server's. */
  static SyslogSink remote(SyslogServer to) {
    String version = "<" + (to.facility() * 8 + INFORMATIONAL) + ">1 ";
    String rest = " %s finward %d access - ".formatted(host(), ProcessHandle.current().pid());
    return new SyslogSink(
        new Datagrams.Udp(to.address()),
        () -> version + Instant.now().truncatedTo(ChronoUnit.MILLIS) + rest);
  }

  @Override
  public Written write(List<byte[]> lines) {
    int sent = 0;
    String said = head.get();
    byte[] datagram = new byte[LONGEST];
    for (byte[] line : lines) {
      byte[] begin = said.getBytes(StandardCharsets.US_ASCII);
      int length = Math.min(line.length - 1, LONGEST - begin.length);
      System.arraycopy(begin, 0, datagram, 0, begin.length);
      System.arraycopy(line, 0, datagram, begin.length, length);
      try {
        datagrams.send(datagram, begin.length + length);
      } catch (IOException e) {
        return new Written(sent, String.valueOf(e.getMessage()));
      }
      sent++;
    }
    return new Written(sent, null);
  }

  @Override
  public void reopen() {
    datagrams.close();
  }

  @Override
  public void close() {
    datagrams.close();
  }

  /** RFC 5424: printable ASCII, at most 255. */
  private static String host() {
    try {
      String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
      return name.matches("[!-~]{1,255}") ? name : "-";
    } catch (IOException _) {
      return "-";
    }
  }
}
