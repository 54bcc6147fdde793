package io.finward.appliance.config;

import com.google.re2j.Pattern;
import io.finward.proxy.access.Condition;
import io.finward.proxy.treatment.Environment.Change;
import io.finward.proxy.treatment.HeaderEdit;
import io.finward.proxy.treatment.HeaderRule;
import io.finward.proxy.treatment.HeaderRule.Message;
import io.finward.proxy.treatment.RequestRule;
import io.finward.proxy.treatment.Treatment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code request} and {@code headers}. */
final class TreatmentReader {
  private static final Map<String, Message> MESSAGES =
      Map.of("request", Message.REQUEST, "answer", Message.ANSWER);
  private static final List<String> EDITS =
      List.of("set", "append", "merge", "add", "unset", "edit", "edit-all");
  private static final Kind<String> NAME =
      value -> {
        String name = Kinds.TEXT.parse(value);
        // token of RFC 9110, 5.6.2
        if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")) {
          throw new WrongValueException("the name of a header, as in X-Office");
        }
        if (!HeaderEdit.mayTouch(name)) {
          throw new WrongValueException(
              "a header that connections, framing and routing do not depend on");
        }
        return name;
      };
  private static final Kind<String> VALUE =
      value -> {
        String text = Kinds.TEXT.parse(value);
        if (!text.matches("[ -~\\t]{0,4096}") || !text.equals(text.strip())) {
          throw new WrongValueException(
              "at most 4096 characters of ASCII on one line, without spaces around them");
        }
        return text;
      };
  private static final Kind<String> REPLACEMENT =
      value -> {
        String text = Kinds.TEXT.parse(value);
        if (!text.matches("[ -~\\t]{0,4096}")) {
          throw new WrongValueException("at most 4096 characters of ASCII on one line");
        }
        return text;
      };

  private final Findings findings;
  private final ConditionReader conditions;

  TreatmentReader(Findings findings, ConditionReader conditions) {
    this.findings = findings;
    this.conditions = conditions;
  }

  /** The rules in which nothing is wrong. */
  Treatment treatment(Section top) {
    List<RequestRule> requests = new ArrayList<>();
    for (Section section : top.sections("request", "a list of rules for requests", true)) {
      RequestRule rule = request(section);
      if (rule != null) {
        requests.add(rule);
      }
      section.refuseUnknown();
    }
    List<HeaderRule> headers = new ArrayList<>();
    for (Section section : top.sections("headers", "a list of edits of headers", true)) {
      HeaderRule rule = header(section);
      if (rule != null) {
        headers.add(rule);
      }
      section.refuseUnknown();
    }
    return new Treatment(requests, headers);
  }

  private @Nullable Condition condition(Section section) {
    return section.has("for") ? conditions.outermost(section, "for") : new Condition.All(List.of());
  }

  private @Nullable RequestRule request(Section section) {
    int before = findings.count();
    Condition condition = condition(section);
    Change change =
        new Change(
            section.readOptional("keep-alive", Kinds.BOOLEAN),
            section.readOptional("http10", Kinds.BOOLEAN),
            section.readOptional("half-close", Kinds.BOOLEAN),
            section.readOptional("chain-auth", Kinds.BOOLEAN));
    if (change.equals(new Change(null, null, null, null)) && findings.count() == before) {
      findings.wrong(
          section.path(), "keep-alive, http10, half-close or chain-auth, as in { http10 = true }");
    }
    return condition == null || findings.count() > before
        ? null
        : new RequestRule(condition, change);
  }

  private @Nullable HeaderRule header(Section section) {
    int before = findings.count();
    Condition condition = condition(section);
    Message message = section.readRequired("in", Kinds.word(MESSAGES), Kinds.choice(MESSAGES));
    List<String> actions = EDITS.stream().filter(section::has).toList();
    if (actions.size() != 1) {
      section.has("value");
      section.has("pattern");
      findings.wrong(
          section.path(),
          "%s, as in { in = request, unset = Referer }".formatted(Kinds.alternatives(EDITS)));
      return null;
    }
    HeaderEdit edit = edit(section, actions.getFirst());
    return condition == null || message == null || edit == null || findings.count() > before
        ? null
        : new HeaderRule(condition, message, edit);
  }

  private @Nullable HeaderEdit edit(Section section, String action) {
    String name = section.readOptional(action, NAME);
    return switch (action) {
      case "unset" -> name == null ? null : new HeaderEdit.Unset(name);
      case "edit", "edit-all" -> edit(section, name, action.equals("edit-all"));
      default -> {
        String value = section.readRequired("value", VALUE, "the header's value");
        yield name == null || value == null ? null : valued(action, name, value);
      }
    };
  }

  private static HeaderEdit valued(String action, String name, String value) {
    return switch (action) {
      case "set" -> new HeaderEdit.Assign(name, value);
      case "append" -> new HeaderEdit.Append(name, value);
      case "merge" -> new HeaderEdit.Merge(name, value);
      default -> new HeaderEdit.Add(name, value);
    };
  }

  private @Nullable HeaderEdit edit(Section section, @Nullable String name, boolean all) {
    Pattern pattern = section.readRequired("pattern", AccessKinds.URL_REGEX, "an RE2 expression");
    String value = section.readRequired("value", REPLACEMENT, "what comes in its place");
    if (name == null || pattern == null || value == null) {
      return null;
    }
    try {
      return new HeaderEdit.Edit(name, pattern, value, all);
    } catch (IllegalArgumentException e) {
      findings.wrong(section.key("value"), String.valueOf(e.getMessage()));
      return null;
    }
  }
}
