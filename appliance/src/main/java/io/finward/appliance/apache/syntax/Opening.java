package io.finward.appliance.apache.syntax;

/**
 * The line that opens a section.
 *
 * @param name as it is written
 * @param rest what follows the name up to the last angle bracket
 */
record Opening(Place place, String name, String rest) {
  /**
   * Reads a line that begins with an angle bracket.
   *
   * @throws BadHttpdConfException when it does not end with one
   */
  static Opening of(RawLine line) throws BadHttpdConfException {
    int end = line.text().lastIndexOf('>');
    if (end < 0) {
      throw new BadHttpdConfException(line.place(), line.text() + " has no closing >");
    }
    String[] parts = line.text().substring(1, end).strip().split("\\s+", 2);
    return new Opening(line.place(), parts[0], parts.length > 1 ? parts[1].strip() : "");
  }

  /** Whether a line closes it. */
  boolean closedBy(String line) {
    return line.startsWith("</")
        && line.endsWith(">")
        && line.substring(2, line.length() - 1).strip().equalsIgnoreCase(name);
  }

  @Override
  public String toString() {
    return rest.isEmpty() ? "<" + name + ">" : "<" + name + " " + rest + ">";
  }
}
