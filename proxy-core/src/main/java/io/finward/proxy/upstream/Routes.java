package io.finward.proxy.upstream;

import io.finward.proxy.access.AccessRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which parents a request goes through: the first route whose condition holds says; without one it
 * goes straight to its destination. A condition on a user nobody has asked for does not hold.
 * Immutable.
 *
 * @param routes in order
 */
public record Routes(List<Route> routes) {
  /** Everything goes straight. */
  public static final Routes DIRECT = new Routes(List.of());

  public Routes {
    routes = List.copyOf(routes);
  }

  /**
   * The parents, in the order to be tried; empty for none.
   *
   * @param resolved whether the request's address is as known as it will ever be; a condition that
   *     lacks it does not hold then
   * @return null when the address has to be known first
   */
  public @Nullable List<Parent> of(AccessRequest request, boolean resolved) {
    for (Route route : routes) {
      switch (route.condition().test(request)) {
        case YES -> {
          return route.parents();
        }
        case NEEDS_ADDRESS -> {
          if (!resolved) {
            return null;
          }
        }
        case NO, NEEDS_NAME, NEEDS_USER -> {}
      }
    }
    return List.of();
  }

  /** Whether what the client says first has to be heard to tell the route of a request. */
  public boolean needName(AccessRequest request) {
    for (Route route : routes) {
      switch (route.condition().test(request)) {
        case YES -> {
          return false;
        }
        case NEEDS_NAME -> {
          return true;
        }
        case NO, NEEDS_ADDRESS, NEEDS_USER -> {}
      }
    }
    return false;
  }
}
