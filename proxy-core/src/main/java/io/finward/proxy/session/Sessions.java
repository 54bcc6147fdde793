package io.finward.proxy.session;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The live sessions of this process, whatever loop they are on. Thread-safe; nothing blocks. */
public interface Sessions {
  /** All live sessions, oldest first. Completes when every loop has answered. */
  CompletableFuture<List<SessionSnapshot>> list();

  /** Ends a session with RST to both sides. Completes with whether there was one with that id. */
  CompletableFuture<Boolean> kill(long id);

  /** How many are live. Exact at some moment during the call. */
  int open();

  /** How many are half-closed. Exact at some moment during the call. */
  int halfClosed();
}
