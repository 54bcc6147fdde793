package io.finward.proxy.http;

import io.netty.handler.codec.DecoderException;

/** A request that is not understood, or not clearly. Without a stack: it is the client's fault. */
public final class RefusedHeadException extends DecoderException {
  private static final long serialVersionUID = 1;

  private final int status;

  RefusedHeadException(int status, String what) {
    super(what);
    this.status = status;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }

  /** The HTTP status to answer with. */
  public int status() {
    return status;
  }
}
