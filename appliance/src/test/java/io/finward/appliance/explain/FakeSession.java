package io.finward.appliance.explain;

import io.finward.proxy.listen.ListenerMode;
import io.finward.proxy.listen.ListenerSettings;
import io.finward.proxy.listen.SourceAddress;
import io.finward.proxy.session.SessionSnapshot;
import io.finward.proxy.session.SessionState;
import io.finward.proxy.session.SessionView;
import io.finward.proxy.session.Side;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A session that was accepted at nanosecond 0 of its clock. */
record FakeSession(long id, InetSocketAddress client) implements SessionView {
  static final InetSocketAddress SERVER = endpoint("198.51.100.1", 80);

  /** From a port of 192.0.2.1. */
  FakeSession(long id, int port) {
    this(id, endpoint("192.0.2.1", port));
  }

  static InetSocketAddress endpoint(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  @Override
  public EventExecutor loop() {
    return ImmediateEventExecutor.INSTANCE;
  }

  @Override
  public ListenerSettings listener() {
    return new ListenerSettings(
        "web", ListenerMode.REDIRECT, endpoint("0.0.0.0", 8080), SourceAddress.GATEWAY);
  }

  @Override
  public InetSocketAddress peer() {
    return client();
  }

  @Override
  public InetSocketAddress local() {
    return endpoint("192.0.2.254", 8080);
  }

  @Override
  public InetSocketAddress originalDestination() {
    return SERVER;
  }

  @Override
  public InetSocketAddress upstreamLocal() {
    return endpoint("198.51.100.254", 33000);
  }

  @Override
  public SessionState state() {
    return new SessionState.Open();
  }

  @Override
  public @Nullable Side closedFirst() {
    return null;
  }

  @Override
  public long bytesFrom(Side side) {
    return side == Side.CLIENT ? 78 : 1_572_864;
  }

  @Override
  public long acceptedNanos() {
    return 0;
  }

  @Override
  public long acceptedMillis() {
    return 1_767_268_800_000L; // 2026-01-01T12:00:00Z
  }

  @Override
  public SessionSnapshot snapshot() {
    throw new UnsupportedOperationException("nobody asks for it");
  }
}
