package io.finward.appliance.config;

import io.finward.proxy.file.BadLineException;
import io.finward.proxy.file.WatchedFile;
import io.finward.proxy.http.ErrorPage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Reads {@code error-pages}. */
final class ErrorPagesReader {
  /** What a door answers with by itself. */
  private static final int[] STATUSES = {
    400, 403, 405, 407, 408, 417, 431, 501, 502, 503, 504, 505
  };

  private static final int LONGEST = 64 * 1024;

  private final Findings findings;

  ErrorPagesReader(Findings findings) {
    this.findings = findings;
  }

  /** The pages by status, without those that cannot be read. */
  Map<Integer, WatchedFile<ErrorPage>> pages(Section section) {
    Map<Integer, WatchedFile<ErrorPage>> pages = new TreeMap<>();
    for (int status : STATUSES) {
      String key = String.valueOf(status);
      Path file = section.readOptional(key, AccessKinds.FILE);
      WatchedFile<ErrorPage> page =
          file == null
              ? null
              : Texts.read(findings, section.key(key), file, ErrorPagesReader::open);
      if (page != null) {
        pages.put(status, page);
      }
    }
    section.refuseUnknown();
    return pages;
  }

  private static WatchedFile<ErrorPage> open(Path file) throws IOException, BadLineException {
    String type = type(file.toString().toLowerCase(Locale.ROOT));
    return WatchedFile.open(file, text -> new ErrorPage(type, read(text)));
  }

  private static String type(String name) {
    if (name.endsWith(".html") || name.endsWith(".htm")) {
      return "text/html; charset=utf-8";
    }
    return name.endsWith(".json") ? "application/json" : "text/plain; charset=utf-8";
  }

  private static String read(BufferedReader text) throws IOException {
    StringBuilder page = new StringBuilder();
    for (String line = text.readLine(); line != null; line = text.readLine()) {
      page.append(line).append('\n');
      if (page.length() > LONGEST) {
        throw new IOException("longer than %d characters".formatted(LONGEST));
      }
    }
    return page.toString();
  }
}
