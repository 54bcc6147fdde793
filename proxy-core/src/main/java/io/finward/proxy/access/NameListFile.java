package io.finward.proxy.access;

import io.finward.proxy.file.BadLineException;
import io.finward.proxy.file.WatchedFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Host names from a file, as {@link NameSet} knows them: one a line, from {@code #} on a comment.
 * It is read again when it has changed; the lookups do not wait for that.
 */
public final class NameListFile implements NameSource {
  private final WatchedFile<NameSet> file;

  private NameListFile(WatchedFile<NameSet> file) {
    this.file = file;
  }

  /**
   * Reads the file.
   *
   * @throws IOException when it cannot be read
   * @throws BadLineException with the first line that has no name
   */
  public static NameListFile open(Path path) throws IOException, BadLineException {
    return new NameListFile(WatchedFile.open(path, NameListFile::parse));
  }

  @Override
  public NameSet names() {
    return file.value();
  }

  /** The file, for whoever looks after it. */
  public WatchedFile<NameSet> file() {
    return file;
  }

  static NameSet parse(BufferedReader lines) throws IOException, BadLineException {
    NameSet.Builder builder = new NameSet.Builder();
    int number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      int comment = line.indexOf('#');
      String name = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (!name.isEmpty() && !builder.add(name)) {
        throw new BadLineException(
            number,
            "\"%s\" (expected: a host name, as in www.example.org, .example.org or *.example.org)"
                .formatted(name.length() > 80 ? name.substring(0, 80) + "..." : name));
      }
    }
    return builder.build();
  }
}
