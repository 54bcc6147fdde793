package io.finward.proxy.access;

import com.google.re2j.Pattern;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a rule asks of a request. Conditions are immutable; regular expressions are RE2's, which
 * take time linear in the text whatever a client sends.
 *
 * <p>What a request does not have, such as the URL of a SOCKS connection, matches nothing. The
 * user, the destination's address, and what an intercepted client says first may become known
 * later.
 */
public sealed interface Condition {
  /** The client's address. */
  record Client(Networks networks) implements Condition {}

  /** The user's name, as it is in the users' file. */
  record User(Set<String> names) implements Condition {
    public User {
      names = Set.copyOf(names);
    }
  }

  /** At least one of these groups has the user. */
  record Group(Set<String> names) implements Condition {
    public Group {
      names = Set.copyOf(names);
    }
  }

  /** Any user with the right password. */
  record ValidUser() implements Condition {}

  /** The address that is dialled. */
  record Destination(Networks networks) implements Condition {}

  /** The address that is dialled is one of this host's. */
  record DestinationHost(HostAddresses host) implements Condition {}

  /** What the client of an intercepted connection said first, in {@code Heard.Protocol}'s words. */
  record Spoken(Set<String> what) implements Condition {
    public Spoken {
      what = Set.copyOf(what);
    }
  }

  /** The host's name, by names, domains and wildcards. */
  record Name(NameSource names) implements Condition {}

  /** The host's name has a part that matches a regular expression. */
  record NameRegex(Pattern pattern) implements Condition {}

  /** The host's name has this text in it; lower case. */
  record NameContains(String text) implements Condition {}

  /**
   * There is a name, and it is the destination's, or not. A name that an explicit door was asked
   * for always is: the door resolves it.
   */
  record NameVerified(boolean verified) implements Condition {}

  /** The absolute request URI, or {@code host:port} of a CONNECT, begins so. */
  record UrlPrefix(String prefix) implements Condition {}

  /** The absolute request URI, or {@code host:port}, has a part that matches. */
  record UrlRegex(Pattern pattern) implements Condition {}

  /** The port that is dialled. */
  record Ports(List<Range> ranges) implements Condition {
    public Ports {
      ranges = List.copyOf(ranges);
    }

    /** Ports from {@code first} to {@code last}, both within 1 to 65535 and both meant. */
    public record Range(int first, int last) {
      public Range {
        if (first < 1 || last > 65535 || first > last) {
          throw new IllegalArgumentException(
              "ports %d-%d (expected: 1 to 65535, the lower first)".formatted(first, last));
        }
      }
    }
  }

  /** The HTTP method, upper case. */
  record Method(Set<String> methods) implements Condition {
    public Method {
      methods = Set.copyOf(methods);
    }
  }

  /** The listener's name. */
  record Listener(Set<String> names) implements Condition {
    public Listener {
      names = Set.copyOf(names);
    }
  }

  /** The time of the request. */
  record Time(TimeWindow window) implements Condition {}

  /** All of them hold; with none, everything matches. */
  record All(List<Condition> conditions) implements Condition {
    public All {
      conditions = List.copyOf(conditions);
    }
  }

  /** At least one of them holds. */
  record Any(List<Condition> conditions) implements Condition {
    public Any {
      conditions = List.copyOf(conditions);
    }
  }

  /** It does not hold. */
  record Not(Condition condition) implements Condition {}

  /** Whether it holds for a request. */
  default Truth test(AccessRequest request) {
    String name = request.name();
    String target = request.target();
    String method = request.method();
    return switch (this) {
      case Client(Networks networks) -> Truth.of(networks.contain(request.client()));
      case User(Set<String> names) -> ofUser(request.user(), names);
      case Group(Set<String> names) ->
          request.user() == null
              ? Truth.NEEDS_USER
              : Truth.of(request.groups().stream().anyMatch(names::contains));
      case ValidUser() -> request.user() == null ? Truth.NEEDS_USER : Truth.YES;
      case Destination(Networks networks) -> {
        InetAddress address = request.address();
        yield address == null ? Truth.NEEDS_ADDRESS : Truth.of(networks.contain(address));
      }
      case DestinationHost(HostAddresses host) -> {
        InetAddress address = request.address();
        yield address == null ? Truth.NEEDS_ADDRESS : Truth.of(host.has(address));
      }
      case Spoken(Set<String> what) -> {
        String spoken = request.spoken();
        yield heard(request, spoken != null && what.contains(spoken));
      }
      case Name(NameSource names) -> heard(request, name != null && names.names().contains(name));
      case NameRegex(Pattern pattern) ->
          heard(request, name != null && pattern.matcher(name).find());
      case NameContains(String text) -> heard(request, name != null && name.contains(text));
      case NameVerified(boolean wanted) -> verified(request, wanted);
      case UrlPrefix(String prefix) -> heard(request, target != null && target.startsWith(prefix));
      case UrlRegex(Pattern pattern) ->
          heard(request, target != null && pattern.matcher(target).find());
      case Ports(List<Ports.Range> ranges) -> Truth.of(within(ranges, request.port()));
      case Method(Set<String> methods) ->
          heard(request, method != null && methods.contains(method));
      case Listener(Set<String> names) -> Truth.of(names.contains(request.listener()));
      case Time(TimeWindow window) -> Truth.of(window.contains(request.millis()));
      case All(List<Condition> conditions) -> all(conditions, request);
      case Any(List<Condition> conditions) -> any(conditions, request);
      case Not(Condition condition) ->
          switch (condition.test(request)) {
            case YES -> Truth.NO;
            case NO -> Truth.YES;
            case NEEDS_ADDRESS -> Truth.NEEDS_ADDRESS;
            case NEEDS_NAME -> Truth.NEEDS_NAME;
            case NEEDS_USER -> Truth.NEEDS_USER;
          };
    };
  }

  /**
   * Whether a condition that holds for a request names its address: a destination's network does,
   * unless it is so wide that nobody is meant by it, and not inside {@code not}.
   */
  default boolean namesAddress(AccessRequest request) {
    InetAddress address = request.address();
    return switch (this) {
      case Destination(Networks networks) -> address != null && networks.name(address);
      case All(List<Condition> conditions) ->
          conditions.stream().anyMatch(one -> one.namesAddress(request));
      case Any(List<Condition> conditions) ->
          conditions.stream()
              .anyMatch(one -> one.namesAddress(request) && one.test(request) == Truth.YES);
      case Client _,
          User _,
          Group _,
          ValidUser _,
          DestinationHost _,
          Spoken _,
          Name _,
          NameRegex _,
          NameContains _,
          NameVerified _,
          UrlPrefix _,
          UrlRegex _,
          Ports _,
          Method _,
          Listener _,
          Time _,
          Not _ ->
          false;
    };
  }

  /** Whether a condition that holds for a request names its port, not inside {@code not}. */
  default boolean namesPort(AccessRequest request) {
    return switch (this) {
      case Ports(List<Ports.Range> ranges) -> within(ranges, request.port());
      case All(List<Condition> conditions) ->
          conditions.stream().anyMatch(one -> one.namesPort(request));
      case Any(List<Condition> conditions) ->
          conditions.stream()
              .anyMatch(one -> one.namesPort(request) && one.test(request) == Truth.YES);
      case Client _,
          User _,
          Group _,
          ValidUser _,
          Destination _,
          DestinationHost _,
          Spoken _,
          Name _,
          NameRegex _,
          NameContains _,
          NameVerified _,
          UrlPrefix _,
          UrlRegex _,
          Method _,
          Listener _,
          Time _,
          Not _ ->
          false;
    };
  }

  private static Truth heard(AccessRequest request, boolean holds) {
    return request.naming() == Naming.UNSEEN ? Truth.NEEDS_NAME : Truth.of(holds);
  }

  private static Truth verified(AccessRequest request, boolean wanted) {
    return switch (request.naming()) {
      case KNOWN -> Truth.of(wanted && request.name() != null);
      case UNSEEN, CLAIMED -> Truth.NEEDS_NAME;
      case UNVERIFIED -> Truth.of(!wanted);
    };
  }

  private static Truth ofUser(@Nullable String user, Set<String> names) {
    return user == null ? Truth.NEEDS_USER : Truth.of(names.contains(user));
  }

  private static boolean within(List<Ports.Range> ranges, int port) {
    for (Ports.Range range : ranges) {
      if (range.first() <= port && port <= range.last()) {
        return true;
      }
    }
    return false;
  }

  /**
   * What is missing is asked for in the order of {@link Truth}: nobody gives a password in vain.
   */
  private static Truth all(List<Condition> conditions, AccessRequest request) {
    Truth known = Truth.YES;
    for (Condition condition : conditions) {
      known = known.and(condition.test(request));
      if (known == Truth.NO) {
        break;
      }
    }
    return known;
  }

  private static Truth any(List<Condition> conditions, AccessRequest request) {
    Truth known = Truth.NO;
    for (Condition condition : conditions) {
      known = known.or(condition.test(request));
      if (known == Truth.YES) {
        break;
      }
    }
    return known;
  }
}
