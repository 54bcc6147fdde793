package io.finward.appliance.apache;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.finward.appliance.apache.syntax.Glob;
import io.finward.appliance.apache.syntax.Node.Section;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which requests of a forward proxy a section by URL is for. */
sealed interface UrlMatch {
  Set<String> NAMES = Set.of("proxy", "proxymatch", "location", "locationmatch", "directory");

  /** Those of which this holds. */
  record Of(Criterion when) implements UrlMatch {}

  /** None: it is for Apache's own content, or for a balancer. */
  record Nothing() implements UrlMatch {}

  /** It cannot be said. */
  record Unknown(String why) implements UrlMatch {}

  /** Whether a section is by URL. {@code <Directory proxy:*>} is how 1.3 said {@code <Proxy *>}. */
  static boolean isOne(Section section) {
    return NAMES.contains(section.name().toLowerCase(Locale.ROOT))
        && (!section.is("Directory") || argument(section).startsWith("proxy:"));
  }

  /** Whether it is merged after the {@code <Proxy>} sections. */
  static boolean isLocation(Section section) {
    return section.is("Location") || section.is("LocationMatch");
  }

  /** What a section by URL is for. */
  static UrlMatch of(Section section) {
    boolean regex =
        section.is("ProxyMatch")
            || section.is("LocationMatch")
            || (section.words().size() > 1 && section.words().getFirst().equals("~"));
    String argument = argument(section);
    if (regex) {
      return regex(section, argument);
    }
    if (isLocation(section)) {
      return location(section, argument);
    }
    String url = argument.startsWith("proxy:") ? argument.substring(6) : argument;
    if (url.matches("(?i)(balancer|unix|fcgi|ajp|uwsgi|scgi|h2c?|wss?)://.*|unix:.*")) {
      return new Nothing();
    }
    if (!Glob.isOne(url)) {
      return prefix(section, url);
    }
    String head = url.substring(0, url.length() - 1);
    if (url.endsWith("*") && !Glob.isOne(head)) {
      return head.isEmpty() ? new Of(Criterion.always()) : prefix(section, head);
    }
    return regex(section, Glob.regex(url, true));
  }

  private static String argument(Section section) {
    List<String> words = section.words();
    boolean tilde = words.size() > 1 && words.getFirst().equals("~");
    return words.isEmpty() ? "" : words.get(tilde ? 1 : 0);
  }

  private static UrlMatch prefix(Section section, String url) {
    return url.matches("[!-~]{1,2048}")
        ? new Of(new Criterion.Is("url", List.of(url), List.of(section)))
        : new Unknown("\"%s\" is no beginning of a URL".formatted(url));
  }

  private static UrlMatch regex(Section section, String text) {
    try {
      Pattern.compile(text);
      return text.matches("\\^?(\\.\\*)?\\$?")
          ? new Of(Criterion.always())
          : new Of(new Criterion.Is("url-regex", List.of(text), List.of(section)));
    } catch (PatternSyntaxException e) {
      return new Unknown("not an expression of RE2: " + e.getMessage());
    }
  }

  /** A forward proxy's request has a whole URL, which a path does not match. */
  private static UrlMatch location(Section section, String url) {
    if (url.startsWith("/") || url.isEmpty()) {
      return new Nothing();
    }
    if (Glob.isOne(url)) {
      return regex(section, Glob.regex(url, false));
    }
    return url.endsWith("/")
        ? prefix(section, url)
        : regex(section, "^" + Glob.quoted(url) + "(/|$)");
  }
}
