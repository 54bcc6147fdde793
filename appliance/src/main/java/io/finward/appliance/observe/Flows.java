package io.finward.appliance.observe;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The shadow table, as it is shown. Thread-safe; nothing blocks. */
@FunctionalInterface
public interface Flows {
  /** All flows. Completes when every shard has answered. */
  CompletableFuture<List<FlowSnapshot>> list();
}
