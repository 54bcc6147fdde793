package io.finward.appliance.wiring;

import io.finward.appliance.text.Json;
import io.finward.proxy.file.WatchedFile;
import io.finward.proxy.http.ErrorPage;
import io.finward.proxy.http.ErrorPages;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Error pages: JSON for clients that ask for it, the administrator's file for the status where
 * there is one, and a line of text. Used on every event loop at once.
 *
 * @param files by status
 */
record OwnErrorPages(Map<Integer, WatchedFile<ErrorPage>> files) implements ErrorPages {
  private static final String JSON = "application/json";

  OwnErrorPages {
    files = Map.copyOf(files);
  }

  @Override
  public ErrorPage page(Problem problem) {
    if (wantsJson(problem.accept())) {
      return new ErrorPage(JSON, Json.problem(problem.status(), problem.detail()) + '\n');
    }
    WatchedFile<ErrorPage> own = files.get(problem.status());
    return own == null ? PLAIN.page(problem) : own.value();
  }

  /** Whether JSON is named, and no HTML before it, as browsers name it. */
  private static boolean wantsJson(@Nullable String accept) {
    if (accept == null) {
      return false;
    }
    String lower = accept.toLowerCase(Locale.ROOT);
    int json = lower.indexOf(JSON);
    int html = lower.indexOf("text/html");
    return json >= 0 && (html < 0 || json < html);
  }
}
