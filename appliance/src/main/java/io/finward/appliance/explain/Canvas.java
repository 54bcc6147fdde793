package io.finward.appliance.explain;

import io.finward.proxy.session.Side;

/**
 * The lines of a sequence diagram: a column of times, then the lifelines of client, gateway and
 * server. 78 characters wide, ASCII, for any terminal.
 */
final class Canvas {
  private static final int TIME = 14;
  private static final int LANE = 30;
  private static final int INSIDE = 2 * LANE + 1;
  private static final String BLANK = " ".repeat(LANE);

  private final StringBuilder out = new StringBuilder();

  /** A line as it is. */
  void line(String text) {
    out.append(text).append('\n');
  }

  /** The names over the lifelines. */
  void heads() {
    line(
        "%sclient%sgateway%sserver"
            .formatted(" ".repeat(TIME - 2), " ".repeat(LANE - 6), " ".repeat(LANE - 6)));
  }

  /**
   * An arrow between one side and the gateway.
   *
   * @param inbound whether it comes from the side
   * @param lost whether it ends before the other lifeline
   */
  void arrow(long micros, Side side, boolean inbound, String label, boolean lost) {
    boolean right = (side == Side.CLIENT) == inbound;
    String shaft = lost ? " ".repeat(8) : "";
    int dashes = LANE - label.length() - shaft.length() - 3;
    String tail = "-".repeat(Math.max(1, dashes / 2));
    String head = "-".repeat(Math.max(1, dashes - dashes / 2)) + (lost ? "X" : right ? ">" : "<");
    String arrow =
        right
            ? tail + " " + label + " " + head + shaft
            : shaft + new StringBuilder(head).reverse() + " " + label + " " + tail;
    String row =
        side == Side.CLIENT ? "|" + arrow + "|" + BLANK + "|" : "|" + BLANK + "|" + arrow + "|";
    line(time(micros) + row);
  }

  /** A remark across the lifelines, in as many lines as it needs. */
  void note(String text) {
    note("", text);
  }

  /** A remark with its time. */
  void note(long micros, String text) {
    note(time(micros), text);
  }

  private void note(String time, String text) {
    String first = time;
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (line.length() + 1 + word.length() > INSIDE - 4) {
        noteLine(first, line);
        line.setLength(0);
        first = "";
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    noteLine(first, line);
  }

  private void noteLine(String time, CharSequence text) {
    line("%s|  %s|".formatted(pad(time, TIME), pad(text, INSIDE - 2)));
  }

  private static String pad(CharSequence text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static String time(long micros) {
    return pad("%+.6f".formatted(micros / 1e6), TIME);
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
