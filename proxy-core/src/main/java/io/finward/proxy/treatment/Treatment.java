package io.finward.proxy.treatment;

import io.finward.proxy.access.AccessRequest;
import io.finward.proxy.access.Condition;
import io.finward.proxy.access.Truth;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;

/**
 * What the rules for requests and for headers do: all that match count, in order, so that a later
 * one has the last word. A condition on something that is not known does not hold. Immutable, used
 * on every event loop at once.
 */
public record Treatment(List<RequestRule> requests, List<HeaderRule> headers) {
  /** Without rules. */
  public static final Treatment NONE = new Treatment(List.of(), List.of());

  public Treatment {
    requests = List.copyOf(requests);
    headers = List.copyOf(headers);
  }

  /** Whether there is no rule at all, so that nobody need be asked. */
  public boolean isEmpty() {
    return requests.isEmpty() && headers.isEmpty();
  }

  /** How a request is carried. */
  public Environment environment(AccessRequest request) {
    Environment environment = Environment.DEFAULT;
    for (RequestRule rule : requests) {
      if (holds(rule.condition(), request)) {
        environment = environment.with(rule.change());
      }
    }
    return environment;
  }

  /** Edits one of the messages of an exchange. */
  public void edit(HeaderRule.Message message, AccessRequest request, HttpHeaders edited) {
    for (HeaderRule rule : headers) {
      if (rule.message() == message && holds(rule.condition(), request)) {
        rule.edit().apply(edited);
      }
    }
  }

  private static boolean holds(Condition condition, AccessRequest request) {
    return condition.test(request) == Truth.YES;
  }
}
