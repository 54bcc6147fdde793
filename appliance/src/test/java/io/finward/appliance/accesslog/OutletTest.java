package io.finward.appliance.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OutletTest {
  private static final Destination TO = new Destination.StandardOutput();

  /** Keeps what is written, unless it is told to fail or to wait. */
  private static final class FakeSink implements Sink {
    final List<String> lines = new CopyOnWriteArrayList<>();
    final AtomicReference<@Nullable String> problem = new AtomicReference<>();
    final CountDownLatch blocked = new CountDownLatch(1);
    final CountDownLatch mayGoOn;

    FakeSink(boolean goesOn) {
      mayGoOn = new CountDownLatch(goesOn ? 0 : 1);
    }

    @Override
    public Written write(List<byte[]> written) {
      blocked.countDown();
      try {
        mayGoOn.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (problem.get() != null) {
        return new Written(0, problem.get());
      }
      written.forEach(line -> lines.add(new String(line, StandardCharsets.US_ASCII)));
      return new Written(written.size(), null);
    }

    @Override
    public void reopen() {
      lines.add("reopened\n");
    }

    @Override
    public void close() {
      lines.add("closed\n");
    }
  }

  @Test
  void writesLinesInTheirOrderAndThoseThatWaitWhenItIsClosed() throws Exception {
    FakeSink sink = new FakeSink(true);
    Outlet outlet = outlet(sink, Outlet.MOST_BYTES);
    for (int i = 0; i < 3000; i++) {
      outlet.write(line(i));
    }
    outlet.close();
    assertThat(sink.lines).hasSize(3001).startsWith("0\n", "1\n").endsWith("2999\n", "closed\n");
    assertThat(outlet.lost()).isZero();
  }

  @Test
  void aSinkThatWaitsCostsLinesAndNoTimeAndTheLogSaysHowMany() throws Exception {
    FakeSink sink = new FakeSink(false);
    Outlet outlet = outlet(sink, 1000);
    outlet.write(line(0));
    sink.blocked.await();
    for (int i = 1; i < 1000; i++) {
      outlet.write(line(i)); // would never end if it waited for the sink
    }
    long lost = outlet.lost();
    assertThat(lost).isBetween(900L, 998L);
    sink.mayGoOn.countDown();
    String said = "finward: %d lines of this log were lost\n".formatted(lost);
    await().until(() -> sink.lines.contains(said));
    outlet.close();
    assertThat(sink.lines).hasSize((int) (1000 - lost) + 2);
  }

  @Test
  void aSinkThatFailsCostsLinesAndTheLogSaysHowManyWhenItCanAgain() throws Exception {
    FakeSink sink = new FakeSink(true);
    sink.problem.set("No space left on device");
    Outlet outlet = outlet(sink, Outlet.MOST_BYTES);
    outlet.write(line(1));
    outlet.write(line(2));
    await().until(() -> outlet.lost() == 2);
    sink.problem.set(null);
    await().until(() -> sink.lines.equals(List.of("finward: 2 lines of this log were lost\n")));
    outlet.close();
    outlet.write(line(3));
    assertThat(outlet.lost()).isEqualTo(3);
  }

  @Test
  void aJsonLogSaysItInJson() throws Exception {
    FakeSink sink = new FakeSink(true);
    sink.problem.set("gone");
    Outlet outlet = new Outlet(TO, sink, JsonFormat.JSON, Outlet.MOST_BYTES);
    outlet.write(line(1));
    await().until(() -> outlet.lost() == 1);
    sink.problem.set(null);
    await().until(() -> sink.lines.equals(List.of("{\"event\":\"lost\",\"lines\":1}\n")));
    outlet.close();
  }

  @Test
  void reopensWhenToldSo() throws Exception {
    FakeSink sink = new FakeSink(true);
    Outlet outlet = outlet(sink, Outlet.MOST_BYTES);
    outlet.reopen();
    await().until(() -> sink.lines.contains("reopened\n"));
    outlet.close();
    assertThat(outlet.lost()).isZero();
  }

  private static byte[] line(int number) {
    return (number + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static Outlet outlet(Sink sink, long mostBytes) throws BadFormatException {
    return new Outlet(TO, sink, LogFormat.parse("common"), mostBytes);
  }
}
