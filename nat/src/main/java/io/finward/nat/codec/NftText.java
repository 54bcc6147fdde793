package io.finward.nat.codec;

import java.util.List;

/** Writes nft's nested form: blocks, indented lines, comments. */
final class NftText {
  private static final String INDENT = "  ";

  private final StringBuilder text = new StringBuilder();
  private int depth;
  private boolean blockEnded;

  /** Opens a block such as {@code chain refuse}, after an empty line if one ended before it. */
  NftText open(String head) {
    separate();
    line(head + " {");
    depth++;
    return this;
  }

  NftText close() {
    depth--;
    blockEnded = false;
    line("}");
    blockEnded = true;
    return this;
  }

  /** The next block or remark is to stand apart. */
  NftText apart() {
    blockEnded = true;
    return this;
  }

  NftText line(String line) {
    text.append(INDENT.repeat(depth)).append(line).append('\n');
    return this;
  }

  NftText lines(List<String> lines) {
    lines.forEach(this::line);
    return this;
  }

  /** A remark, in front of a block or a line. */
  NftText remark(String... remarks) {
    separate();
    for (String remark : remarks) {
      line("# " + remark);
    }
    return this;
  }

  private void separate() {
    if (blockEnded) {
      text.append('\n');
      blockEnded = false;
    }
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
