package io.finward.appliance.config;

import io.finward.proxy.access.Condition;
import io.finward.proxy.access.HostAddresses;
import io.finward.proxy.access.NameListFile;
import io.finward.proxy.access.NameSet;
import io.finward.proxy.access.Networks;
import io.finward.proxy.file.WatchedFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the conditions of rules: of {@code access} and of {@code route}. */
final class ConditionReader {
  private static final String CONDITIONS =
      "all, or conditions in braces, as in { client = \"192.0.2.0/24\" }";

  private final Findings findings;
  private final Set<String> listeners;
  private final boolean users;
  private final Map<Path, NameListFile> lists = new LinkedHashMap<>();
  private final Map<String, HostAddresses> hosts = new LinkedHashMap<>();

  /**
   * Has read nothing yet.
   *
   * @param listeners the names of all listeners
   * @param users whether there are any users
   */
  ConditionReader(Findings findings, Set<String> listeners, boolean users) {
    this.findings = findings;
    this.listeners = listeners;
    this.users = users;
  }

  /** The files of name lists read so far, to be looked after. */
  List<WatchedFile<?>> files() {
    List<WatchedFile<?>> files = new ArrayList<>();
    lists.values().forEach(list -> files.add(list.file()));
    return files;
  }

  /** The hosts read so far whose addresses are to be looked up. */
  List<HostAddresses> hosts() {
    return List.copyOf(hosts.values());
  }

  private HostAddresses addresses(String host) {
    return hosts.computeIfAbsent(host, HostAddresses::new);
  }

  /** The conditions that a rule's key has; null when they are wrong. */
  @Nullable Condition outermost(Section rule, String action) {
    if (rule.isText(action, "all")) {
      return new Condition.All(List.of());
    }
    if (!rule.isSection(action)) {
      findings.wrong(rule.key(action), CONDITIONS);
      return null;
    }
    return all(rule.section(action));
  }

  /** All that a section asks for; it must ask for something. */
  private Condition all(Section section) {
    int before = findings.count();
    List<Condition> all = new ArrayList<>();
    any(all, section, "client", AccessKinds.NETWORK, list -> new Condition.Client(of(list)));
    any(all, section, "listener", listener(), list -> new Condition.Listener(Set.copyOf(list)));
    any(all, section, "time", AccessKinds.TIME, list -> each(list, Condition.Time::new));
    any(all, section, "method", AccessKinds.METHOD, list -> new Condition.Method(Set.copyOf(list)));
    any(all, section, "port", AccessKinds.PORTS, Condition.Ports::new);
    names(all, section);
    any(all, section, "url", AccessKinds.URL, list -> each(list, Condition.UrlPrefix::new));
    any(
        all,
        section,
        "url-regex",
        AccessKinds.URL_REGEX,
        list -> each(list, Condition.UrlRegex::new));
    any(
        all,
        section,
        "destination",
        AccessKinds.NETWORK,
        list -> new Condition.Destination(of(list)));
    any(
        all,
        section,
        "destination-host",
        AccessKinds.HOST,
        list -> each(list, host -> new Condition.DestinationHost(addresses(host))));
    any(all, section, "spoken", AccessKinds.SPOKEN, list -> new Condition.Spoken(Set.copyOf(list)));
    persons(all, section);
    nested(all, section);
    section.refuseUnknown();
    if (all.isEmpty() && findings.count() == before) {
      findings.wrong(section.path(), CONDITIONS);
    }
    return new Condition.All(all);
  }

  private void names(List<Condition> all, Section section) {
    any(
        all,
        section,
        "name",
        AccessKinds.NAME,
        list -> {
          NameSet names = NameSet.of(list);
          return new Condition.Name(() -> names);
        });
    any(
        all,
        section,
        "name-contains",
        AccessKinds.NAME_PART,
        list -> each(list, Condition.NameContains::new));
    any(
        all,
        section,
        "name-regex",
        AccessKinds.NAME_REGEX,
        list -> each(list, Condition.NameRegex::new));
    any(
        all,
        section,
        "name-verified",
        Kinds.BOOLEAN,
        list -> each(list, Condition.NameVerified::new));
    String key = section.key("name-list");
    any(
        all,
        section,
        "name-list",
        AccessKinds.FILE,
        list -> {
          List<Condition> found = new ArrayList<>();
          for (Path path : list) {
            NameListFile names = lists.get(path);
            if (names == null) {
              names = Texts.read(findings, key, path, NameListFile::open);
            }
            if (names != null) {
              lists.put(path, names);
              found.add(new Condition.Name(names));
            }
          }
          return new Condition.Any(found);
        });
  }

  private void persons(List<Condition> all, Section section) {
    for (String key : List.of("user", "group", "valid-user")) {
      if (!users && section.has(key)) {
        findings.wrong(section.key(key), "a section users { file = ... }, or nobody is known");
      }
    }
    any(all, section, "user", AccessKinds.PERSON, list -> new Condition.User(Set.copyOf(list)));
    any(all, section, "group", AccessKinds.PERSON, list -> new Condition.Group(Set.copyOf(list)));
    any(all, section, "valid-user", AccessKinds.TRUE, _ -> new Condition.ValidUser());
  }

  private void nested(List<Condition> all, Section section) {
    some(section, "all").ifPresent(list -> all.add(new Condition.All(list)));
    some(section, "any").ifPresent(list -> all.add(new Condition.Any(list)));
    if (section.isSection("not")) {
      all.add(new Condition.Not(all(section.section("not"))));
    } else {
      some(section, "not").ifPresent(list -> all.add(new Condition.Not(new Condition.Any(list))));
    }
  }

  private Optional<List<Condition>> some(Section section, String key) {
    if (!section.has(key)) {
      return Optional.empty();
    }
    String expected = "a list of conditions, at least one, as in [{ port = 80 }, { port = 443 }]";
    return Optional.of(section.sections(key, expected, false).stream().map(this::all).toList());
  }

  private <T> void any(
      List<Condition> all,
      Section section,
      String key,
      Kind<T> kind,
      Function<List<T>, Condition> condition) {
    if (section.has(key)) {
      List<T> values = section.readOneOrMore(key, kind);
      if (!values.isEmpty()) {
        all.add(condition.apply(values));
      }
    }
  }

  private static <T> Condition each(List<T> values, Function<T, Condition> condition) {
    return new Condition.Any(values.stream().map(condition).toList());
  }

  private static Networks of(List<Networks.Network> networks) {
    return Networks.of(networks);
  }

  private Kind<String> listener() {
    Set<String> names = new LinkedHashSet<>(listeners);
    return value -> {
      String name = Kinds.TEXT.parse(value);
      if (!names.contains(name)) {
        throw new WrongValueException("the name of a listener: " + Kinds.alternatives(names));
      }
      return name;
    };
  }
}
