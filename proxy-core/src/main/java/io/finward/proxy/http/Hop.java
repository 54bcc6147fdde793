package io.finward.proxy.http;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What messages are told, and asked, at this hop.
 *
 * @param via what happens to Via headers
 * @param told what origins are told of clients
 * @param maxForwards what Max-Forwards begins with, 0 or more; with it the header is counted for
 *     all methods, without it for TRACE and OPTIONS
 * @param refusesLoops whether a request whose Via names this proxy is refused
 * @param domain what is put behind names without a dot, with its leading dot; null for nothing
 */
public record Hop(
    Via via,
    Set<ClientHeader> told,
    OptionalInt maxForwards,
    boolean refusesLoops,
    @Nullable String domain) {
  /** Nothing is told and nothing asked. */
  public static final Hop SILENT = new Hop(Via.OFF, Set.of(), OptionalInt.empty(), false, null);

  public Hop {
    told = ordered(told);
  }

  private static Set<ClientHeader> ordered(Collection<ClientHeader> headers) {
    EnumSet<ClientHeader> set = EnumSet.noneOf(ClientHeader.class);
    set.addAll(headers);
    return Collections.unmodifiableSet(set);
  }
}
