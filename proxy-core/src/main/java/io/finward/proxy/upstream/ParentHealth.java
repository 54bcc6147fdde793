package io.finward.proxy.upstream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which parents have failed lately: they are tried last until some time has passed. Belongs to one
 * loop; each loop finds out by itself.
 */
final class ParentHealth {
  private static final Logger LOG = LoggerFactory.getLogger("parents");
  private static final long REST_NANOS = Duration.ofSeconds(30).toNanos();

  private final Map<Parent, Long> failedAt = new HashMap<>();

  /** The parents in the order in which they are to be tried. */
  List<Parent> order(List<Parent> parents, long now) {
    if (failedAt.isEmpty()) {
      return parents;
    }
    List<Parent> order = new ArrayList<>();
    List<Parent> down = new ArrayList<>();
    for (Parent parent : parents) {
      Long failed = failedAt.get(parent);
      (failed == null || now - failed > REST_NANOS ? order : down).add(parent);
    }
    order.addAll(down);
    return order;
  }

  void failed(Parent parent, long now, String why) {
    if (failedAt.put(parent, now) == null) {
      LOG.warn("parent {} does not work: tried last from now on: {}", parent.name(), why);
    }
  }

  void works(Parent parent) {
    if (!failedAt.isEmpty() && failedAt.remove(parent) != null) {
      LOG.info("parent {} works again", parent.name());
    }
  }
}
