package io.finward.appliance.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.finward.appliance.accesslog.FakeExchange;
import io.finward.appliance.accesslog.FakeView;
import io.finward.proxy.session.EndReason;
import io.finward.proxy.session.Heard;
import io.finward.proxy.session.SessionEvent;
import io.finward.proxy.session.SessionView;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class AccessesTest {
  private static final long OF_A_SESSION = 1_572_864;
  private static final long OF_A_REQUEST = 5_300;

  private final Accesses accesses = new Accesses();

  @Test
  void anInterceptedSessionIsOneWhenItHasEnded() {
    SessionView session = FakeView.intercepted();
    accesses.on(session, new SessionEvent.Accepted());
    accesses.on(session, new SessionEvent.Connected());
    assertThat(accesses.count()).isZero();
    end(session);
    assertCounted(1, OF_A_SESSION);
  }

  @Test
  void onAnExplicitDoorEachRequestIsOneAndTheConnectionNone() {
    SessionView session = FakeView.explicit();
    accesses.on(session, new SessionEvent.Accepted());
    exchange(session);
    exchange(session);
    end(session);
    assertCounted(2, 2 * OF_A_REQUEST);
  }

  @Test
  void interceptedHttpWithEditedHeadersIsCountedByRequest() {
    SessionView session = FakeView.intercepted().edited(heard(Heard.Protocol.HTTP, "GET"));
    exchange(session);
    end(session);
    assertCounted(1, OF_A_REQUEST);
  }

  @ParameterizedTest
  @CsvSource({"TLS,", "HTTP2,", "SILENT,", "HTTP,CONNECT"})
  void whatSuchAListenerOnlyRelaysIsOne(Heard.Protocol protocol, String method) {
    end(FakeView.intercepted().edited(heard(protocol, method)));
    assertCounted(1, OF_A_SESSION);
  }

  private static Heard heard(Heard.Protocol protocol, String method) {
    return new Heard(protocol, null, List.of(), method, null, Heard.Verified.UNASKED);
  }

  private void exchange(SessionView session) {
    FakeExchange get = FakeExchange.get();
    accesses.on(session, new SessionEvent.ExchangeBegan(get));
    accesses.on(session, new SessionEvent.ExchangeEnded(get));
  }

  private void end(SessionView session) {
    accesses.on(session, new SessionEvent.Ended(EndReason.FINISHED));
  }

  private void assertCounted(long count, long bytes) {
    assertThat(accesses.count()).isEqualTo(count);
    assertThat(accesses.bytes()).isEqualTo(bytes);
  }
}
