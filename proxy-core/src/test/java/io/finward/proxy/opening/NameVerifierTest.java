package io.finward.proxy.opening;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names and addresses, with a DNS that answers when the test wants. */
class NameVerifierTest {
  private static final InetAddress ONE = InetAddress.ofLiteral("198.51.100.1");
  private static final InetAddress TWO = InetAddress.ofLiteral("198.51.100.2");
  private static final InetAddress SIX = InetAddress.ofLiteral("2001:db8::1");

  private long now;
  private final List<Promise<List<InetAddress>>> asked = new ArrayList<>();
  private final List<Boolean> told = new ArrayList<>();
  private final KnownAddresses known = new KnownAddresses(Duration.ofHours(1));
  private final NameVerifier verifier =
      new NameVerifier(known, this::ask, Duration.ofSeconds(2), this::after, () -> now);

  private final List<Runnable> late = new ArrayList<>();

  private Future<?> after(Duration limit, Runnable action) {
    assertThat(limit).isEqualTo(Duration.ofSeconds(2));
    late.add(action);
    return ImmediateEventExecutor.INSTANCE.newPromise();
  }

  private Future<List<InetAddress>> ask(String name) {
    assertThat(name).isEqualTo("a.test");
    Promise<List<InetAddress>> promise = ImmediateEventExecutor.INSTANCE.newPromise();
    asked.add(promise);
    return promise;
  }

  private void verify(InetAddress address) {
    verifier.verify("a.test", address, told::add);
  }

  @Test
  void aNameIsVerifiedByTheAnswerOfEitherFamily() {
    verify(SIX);
    verify(ONE);
    verify(TWO);
    assertThat(told).isEmpty();
    assertThat(asked).as("questions on their way").hasSize(1);
    asked.getFirst().setSuccess(List.of(ONE, SIX));
    assertThat(told).containsExactly(true, true, false);
  }

  @Test
  void nobodyWaitsForDnsForEver() {
    verify(ONE);
    late.getFirst().run();
    assertThat(told).containsExactly(false);
    asked.getFirst().setSuccess(List.of(ONE));
    assertThat(told).as("the late answer").containsExactly(false);
    verify(ONE);
    assertThat(told).as("what it taught").containsExactly(false, true);
  }

  @Test
  void addressesOfEarlierAnswersCountUntilTheyAreTooOld() {
    verify(ONE);
    asked.getFirst().setSuccess(List.of(ONE));
    now += Duration.ofMinutes(40).toNanos();
    verify(TWO);
    asked.get(1).setSuccess(List.of(TWO));
    verify(ONE);
    assertThat(told).containsExactly(true, true, true);
    assertThat(asked).hasSize(2);
    now += Duration.ofMinutes(20).toNanos();
    verify(ONE);
    assertThat(asked).as("the first is an hour old").hasSize(3);
    asked.get(2).setSuccess(List.of(TWO));
    assertThat(told.getLast()).isFalse();
  }

  @Test
  void aNameThatWasAskedForJustNowIsNotAskedForAgain() {
    verify(ONE);
    asked.getFirst().setFailure(new UnknownHostException("a.test"));
    now += NameVerifier.PAUSE_NANOS - 1;
    verify(ONE);
    assertThat(told).containsExactly(false, false);
    assertThat(asked).hasSize(1);
    now += 1;
    verify(ONE);
    asked.get(1).setSuccess(List.of(ONE));
    assertThat(told.getLast()).isTrue();
  }

  @Test
  void aNameKeepsItsNewestAddresses() {
    for (int i = 0; i < 200; i++) {
      now += Duration.ofSeconds(5).toNanos();
      known.learn("a.test", List.of(address(i)), now);
    }
    assertThat(known.has("a.test", address(199), now)).isTrue();
    assertThat(known.has("a.test", address(199 - 63), now)).isTrue();
    assertThat(known.has("a.test", address(199 - 64), now)).isFalse();
    assertThat(known.has("b.test", address(199), now)).isFalse();
  }

  @Test
  void whatIsKnownOfAllNamesIsBounded() {
    List<InetAddress> many = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      many.add(address(i));
    }
    for (int i = 0; i < 10_000; i++) {
      known.learn("n%d.test".formatted(i), many, now);
    }
    int left = 0;
    for (int i = 0; i < 10_000; i++) {
      left += known.has("n%d.test".formatted(i), address(0), now) ? 1 : 0;
    }
    assertThat(left).isBetween(1, 150_000 / 65);
  }

  private static InetAddress address(int last) {
    return InetAddress.ofLiteral("203.0.113." + last);
  }
}
