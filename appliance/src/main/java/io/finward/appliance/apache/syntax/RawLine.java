package io.finward.appliance.apache.syntax;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A line as httpd sees it: continuations joined, without the space around it. */
record RawLine(Place place, String text) {
  /** httpd's own files are some kilobytes; what is longer than this is none. */
  private static final long LONGEST_FILE = 16 << 20;

  /**
   * The lines of a file that say something: no empty ones and no comments. A backslash at the end
   * joins the next line, to a comment as well; lines may end with CR LF.
   *
   * @throws IOException when it cannot be read
   */
  static List<RawLine> of(Path file) throws IOException {
    if (Files.size(file) > LONGEST_FILE) {
      throw new IOException("longer than 16 MB");
    }
    List<RawLine> lines = new ArrayList<>();
    StringBuilder joined = new StringBuilder();
    int number = 0;
    int first = 1;
    for (String line : text(Files.readAllBytes(file)).split("\n", -1)) {
      number++;
      String bare = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
      if (bare.endsWith("\\")) {
        joined.append(bare, 0, bare.length() - 1);
        continue;
      }
      String whole = joined.append(bare).toString().strip();
      if (!whole.isEmpty() && !whole.startsWith("#")) {
        lines.add(new RawLine(new Place(file, first), whole));
      }
      joined.setLength(0);
      first = number + 1;
    }
    String whole = joined.toString().strip();
    if (!whole.isEmpty() && !whole.startsWith("#")) {
      lines.add(new RawLine(new Place(file, first), whole));
    }
    return lines;
  }

  /** UTF-8 where it is, and otherwise what was usual before. */
  private static String text(byte[] bytes) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      text = new String(bytes, StandardCharsets.ISO_8859_1);
    }
    // Notepad puts a byte order mark in front.
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }
}
