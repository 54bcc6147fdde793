package io.finward.appliance.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.finward.appliance.accesslog.AccessLog.Target;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.HttpExchange;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionView;
import io.finward.proxy.session.Side;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which events become which lines. */
@Timeout(30)
class AccessLogTest {
  private static final String FORMAT = "%{event}x %m %>s %I %O %{close-reason}x";

  @TempDir private Path folder;

  @Test
  void anInterceptedSessionIsALineAtItsBeginAndOneAtItsEnd() throws Exception {
    assertThat(
            lines(
                entry(LogMoment.OPEN, LogMoment.END),
                FakeView.intercepted(),
                new SessionEvent.Accepted(),
                new SessionEvent.Connected(),
                new SessionEvent.FirstBytes(Side.SERVER),
                new SessionEvent.Ended(EndReason.RESET_BY_SERVER)))
        .containsExactly(
            "open CONNECT - 78 1572864 -", "end CONNECT 200 78 1572864 reset-by-server");
  }

  @Test
  void eachExchangeIsALineOfItsOwn() throws Exception {
    HttpExchange get = FakeExchange.get();
    assertThat(
            lines(
                entry(LogMoment.OPEN, LogMoment.END),
                FakeView.explicit(),
                new SessionEvent.Accepted(),
                new SessionEvent.ExchangeBegan(get),
                new SessionEvent.ExchangeEnded(get),
                new SessionEvent.ExchangeBegan(get),
                new SessionEvent.ExchangeEnded(get),
                new SessionEvent.Ended(EndReason.IDLE)))
        .containsExactly(
            "open GET 200 150 5300 -",
            "end GET 200 150 5300 finished",
            "open GET 200 150 5300 -",
            "end GET 200 150 5300 finished");
  }

  @Test
  void anExchangeThatBrokeOffEndsForTheSessionsReason() throws Exception {
    HttpExchange broken = FakeExchange.get().ended(false, false);
    assertThat(
            lines(
                entry(LogMoment.END),
                FakeView.explicit(),
                new SessionEvent.Accepted(),
                new SessionEvent.ExchangeBegan(broken),
                new SessionEvent.ExchangeEnded(broken),
                new SessionEvent.Ended(EndReason.RESET_BY_CLIENT)))
        .containsExactly("end GET 200 150 5300 reset-by-client");
  }

  @Test
  void aTunnelEndsForTheSessionsReason() throws Exception {
    HttpExchange connect = FakeExchange.get().line("CONNECT www.example.com:443 HTTP/1.1");
    assertThat(
            lines(
                entry(LogMoment.END),
                FakeView.explicit(),
                new SessionEvent.Accepted(),
                new SessionEvent.ExchangeBegan(connect),
                new SessionEvent.ExchangeEnded(connect),
                new SessionEvent.Ended(EndReason.KILLED)))
        .containsExactly("end CONNECT 200 150 5300 killed");
  }

  @Test
  void aRefusedConnectIsALineAtOnce() throws Exception {
    HttpExchange refused =
        FakeExchange.get().line("CONNECT www.example.com:25 HTTP/1.1").status(403);
    assertThat(
            lines(
                entry(LogMoment.END),
                FakeView.explicit(),
                new SessionEvent.Accepted(),
                new SessionEvent.ExchangeBegan(refused),
                new SessionEvent.ExchangeEnded(refused)))
        .containsExactly("end CONNECT 403 150 5300 finished");
  }

  @Test
  void aConnectionWithoutARequestIsNoLine() throws Exception {
    assertThat(
            lines(
                entry(LogMoment.OPEN, LogMoment.END),
                FakeView.explicit(),
                new SessionEvent.Accepted(),
                new SessionEvent.Ended(EndReason.FINISHED)))
        .isEmpty();
  }

  @Test
  void aListenerThatIsNotNamedIsNotWritten() throws Exception {
    AccessLogEntry other =
        new AccessLogEntry(
            file(),
            LogFormat.parse("%h"),
            Set.of(LogMoment.END),
            Duration.ofMinutes(1),
            Set.of("other"));
    assertThat(
            lines(
                other,
                FakeView.intercepted(),
                new SessionEvent.Accepted(),
                new SessionEvent.Ended(EndReason.FINISHED)))
        .isEmpty();
  }

  @Test
  void entriesMadeAgainAreCounted() throws Exception {
    AccessLogEntry rescues =
        new AccessLogEntry(
            file(),
            LogFormat.parse("%{rescues}x"),
            Set.of(LogMoment.END),
            Duration.ofMinutes(1),
            Set.of());
    FakeView session = FakeView.intercepted();
    try (AccessLog log = AccessLog.open(List.of(rescues))) {
      log.on(session, new SessionEvent.Accepted());
      log.rescued(ImmediateEventExecutor.INSTANCE, session.id());
      log.rescued(ImmediateEventExecutor.INSTANCE, session.id() + 1);
      log.on(session, new SessionEvent.Ended(EndReason.FINISHED));
    }
    assertThat(Files.readAllLines(path())).containsExactly("1");
  }

  @Test
  void logsOfOneFileShareItAndAreCountedTogether() throws Exception {
    FakeView session = FakeView.intercepted();
    List<AccessLogEntry> both =
        List.of(
            entry(LogMoment.END),
            new AccessLogEntry(
                file(), JsonFormat.JSON, Set.of(LogMoment.END), Duration.ofMinutes(1), Set.of()));
    AccessLog log = AccessLog.open(both);
    assertThat(log.lost()).containsOnlyKeys("file:" + path());
    log.on(session, new SessionEvent.Accepted());
    log.on(session, new SessionEvent.Ended(EndReason.DENIED));
    log.close();
    log.on(session, new SessionEvent.Accepted());
    log.on(session, new SessionEvent.Ended(EndReason.DENIED));
    assertThat(Objects.requireNonNull(log.lost().get("file:" + path())).getAsLong()).isEqualTo(2);
    List<String> written = Files.readAllLines(path());
    assertThat(written).hasSize(2).contains("end CONNECT 403 78 1572864 denied");
    assertThat(written.get(1))
        .startsWith(
            "{\"event\":\"end\",\"time\":\"2026-01-02T03:04:05.678Z\",\"id\":7,\"listener\":\"web\","
                + "\"mode\":\"redirect\",\"client\":\"192.0.2.1:40000\","
                + "\"original_destination\":\"198.51.100.1:80\"")
        .endsWith("\"rescues\":0,\"reason\":\"denied\"}");
  }

  @Test
  void aLongSessionIsALineAgainAndAgain() throws Exception {
    AccessLogEntry often =
        new AccessLogEntry(
            file(),
            LogFormat.parse("%{event}x"),
            EnumSet.of(LogMoment.INTERVAL, LogMoment.END),
            Duration.ofMillis(50),
            Set.of());
    DefaultEventExecutor loop = new DefaultEventExecutor();
    Outlet outlet =
        new Outlet(often.to(), FileSink.open(path(), System::nanoTime), often.format(), 1_000_000);
    LoopAccessLog log =
        new LoopAccessLog(loop, List.of(new Target(often, outlet)), System::nanoTime);
    FakeView session = FakeView.intercepted();
    loop.execute(() -> log.on(session, new SessionEvent.Accepted()));
    await().until(() -> Files.readAllLines(path()).size() >= 2);
    loop.submit(() -> log.on(session, new SessionEvent.Ended(EndReason.FINISHED))).sync();
    int pending = loop.submit(() -> log.waiting()).sync().getNow();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    outlet.close();
    assertThat(pending).isZero();
    List<String> written = Files.readAllLines(path());
    assertThat(written.getLast()).isEqualTo("end");
    assertThat(written.subList(0, written.size() - 1)).containsOnly("interval");
  }

  @Test
  void jsonEscapesWhatComesFromTheNetwork() {
    FakeExchange hostile =
        FakeExchange.get()
            .requestHeader("user-agent", "\"}\n{\"event\":\"end\u0000\u00fc\u20ac")
            .user("m\u00fc\"ller");
    LineBuffer out = new LineBuffer();
    JsonFormat.JSON.write(
        new LogEvent(LogMoment.END, FakeView.explicit(), new Tally(), hostile, null, 5_000), out);
    assertThat(out.toString())
        .contains("\"user\":\"m\\u00FC\\\"ller\"")
        .contains("\"user_agent\":\"\\\"}\\n{\\\"event\\\":\\\"end\\u0000\\u00FC\\u20AC\"")
        .doesNotContain("\n");
  }

  private Path path() {
    return folder.resolve("access.log");
  }

  private Destination file() {
    return new Destination.LogFile(path());
  }

  private AccessLogEntry entry(LogMoment... at) throws BadFormatException {
    return new AccessLogEntry(
        file(),
        LogFormat.parse(FORMAT),
        EnumSet.copyOf(Arrays.asList(at)),
        Duration.ofMinutes(1),
        Set.of());
  }

  private List<String> lines(AccessLogEntry entry, SessionView session, SessionEvent... events)
      throws Exception {
    try (AccessLog log = AccessLog.open(List.of(entry))) {
      for (SessionEvent event : events) {
        log.on(session, event);
      }
    }
    return Files.readAllLines(path());
  }
}
