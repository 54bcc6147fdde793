package io.finward.proxy.upstream;

import io.finward.proxy.access.Condition;
import java.util.List;

/**
 * One rule of the way: requests of which the condition holds go through these parents.
 *
 * @param parents tried in order; empty: straight to the destination
 */
public record Route(Condition condition, List<Parent> parents) {
  public Route {
    parents = List.copyOf(parents);
  }
}
