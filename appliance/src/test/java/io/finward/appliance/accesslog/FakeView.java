package io.finward.appliance.accesslog;

import io.finward.appliance.text.AddressText;
import io.finward.proxy.http.Via;
import io.finward.proxy.listen.HeaderEdits;
import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.listen.Looking;
import io.finward.proxy.listen.ProxyProtocol;
import io.finward.proxy.listen.SourceAddress;
import io.finward.proxy.session.Heard;
import io.finward.proxy.session.SessionSnapshot;
import io.finward.proxy.session.SessionState;
import io.finward.proxy.session.SessionView;
import io.finward.proxy.session.Side;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A session of 2026-01-02 at nanosecond 1,000 of its clock, with the addresses it is given. */
public record FakeView(
    ListenerMode mode,
    String clientText,
    String localText,
    @Nullable Side closedFirst,
    @Nullable HeaderEdits edits,
    @Nullable Heard heard)
    implements SessionView {
  static final long ACCEPTED_NANOS = 1_000;
  static final long ACCEPTED_MILLIS = 1_767_323_045_678L; // 2026-01-02T03:04:05.678Z

  FakeView(ListenerMode mode, String clientText, String localText, @Nullable Side closedFirst) {
    this(mode, clientText, localText, closedFirst, null, null);
  }

  /** An intercepted session of IPv4. */
  public static FakeView intercepted() {
    return new FakeView(ListenerMode.REDIRECT, "192.0.2.1:40000", "192.0.2.254:8080", null);
  }

  /** A session of an explicit door. */
  public static FakeView explicit() {
    return new FakeView(ListenerMode.EXPLICIT, "192.0.2.1:40000", "192.0.2.254:3128", null);
  }

  /** The same, with one side's FIN first. */
  FakeView closedFirst(Side side) {
    return new FakeView(mode, clientText, localText, side, edits, heard);
  }

  /** The same, with a listener that edits the headers of HTTP, and what the client said first. */
  public FakeView edited(Heard said) {
    HeaderEdits both = new HeaderEdits(Via.ON, true);
    return new FakeView(mode, clientText, localText, closedFirst, both, said);
  }

  static InetSocketAddress endpoint(String text) {
    return Objects.requireNonNull(AddressText.parseEndpoint(text));
  }

  @Override
  public long id() {
    return 7;
  }

  @Override
  public EventExecutor loop() {
    return ImmediateEventExecutor.INSTANCE;
  }

  @Override
  public ListenerSettings listener() {
    return new ListenerSettings(
        "web",
        mode,
        endpoint("0.0.0.0:8080"),
        SourceAddress.GATEWAY,
        Looking.NEEDED,
        edits,
        ProxyProtocol.NONE);
  }

  @Override
  public InetSocketAddress client() {
    return endpoint(clientText);
  }

  @Override
  public InetSocketAddress peer() {
    return mode == ListenerMode.EXPLICIT ? client() : endpoint("192.0.2.9:41000");
  }

  @Override
  public InetSocketAddress local() {
    return endpoint(localText);
  }

  @Override
  public InetSocketAddress originalDestination() {
    return endpoint("198.51.100.1:80");
  }

  @Override
  public InetSocketAddress upstreamLocal() {
    return endpoint("198.51.100.254:33000");
  }

  @Override
  public SessionState state() {
    return new SessionState.Open();
  }

  @Override
  public long bytesFrom(Side side) {
    return side == Side.CLIENT ? 78 : 1_572_864;
  }

  @Override
  public long acceptedNanos() {
    return ACCEPTED_NANOS;
  }

  @Override
  public long acceptedMillis() {
    return ACCEPTED_MILLIS;
  }

  @Override
  public SessionSnapshot snapshot() {
    throw new UnsupportedOperationException("nobody asks for it");
  }
}
