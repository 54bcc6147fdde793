package io.finward.appliance.text;

import java.util.ArrayList;
import java.util.List;

/** Rows in aligned columns, as wide as their widest cell. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();
  private final List<Boolean> right;

  /**
   * @param heads the column heads; one that begins with {@code >} makes its column right-aligned
   */
  public Table(List<String> heads) {
    right = heads.stream().map(head -> head.startsWith(">")).toList();
    rows.add(heads.stream().map(head -> head.startsWith(">") ? head.substring(1) : head).toList());
  }

  /** Adds a row of as many cells as there are heads. */
  public void add(List<String> cells) {
    if (cells.size() != right.size()) {
      throw new IllegalArgumentException(
          "%d cells (expected: %d)".formatted(cells.size(), right.size()));
    }
    rows.add(List.copyOf(cells));
  }

  /** The lines, each ending with a newline. */
  @Override
  public String toString() {
    int[] widths = new int[right.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        line.append(i == 0 ? "" : "  ");
        line.append(right.get(i) ? padding + row.get(i) : row.get(i) + padding);
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    return out.toString();
  }
}
