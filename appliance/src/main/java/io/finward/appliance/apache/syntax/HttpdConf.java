package io.finward.appliance.apache.syntax;

import java.nio.file.Path;
import java.util.List;

/**
 * A whole configuration, read.
 *
 * @param main the file that was named
 * @param root {@code ServerRoot}; relative paths begin there
 * @param modules which modules httpd has
 * @param nodes what holds, in order, includes and macros in place
 * @param skipped conditions that do not hold
 * @param notices what else the reader has to say
 */
public record HttpdConf(
    Path main,
    Path root,
    Modules modules,
    List<Node> nodes,
    List<Skipped> skipped,
    List<Notice> notices) {
  /**
   * A condition that does not hold.
   *
   * @param opening as {@code <IfDefine SSL>}
   * @param lines how many directives and sections are in it
   */
  public record Skipped(Place place, String opening, int lines) {}

  /** Something about a line that is no error. */
  public record Notice(Place place, String text) {}

  public HttpdConf {
    nodes = List.copyOf(nodes);
    skipped = List.copyOf(skipped);
    notices = List.copyOf(notices);
  }

  /** What comments and lists show places relative to: ServerRoot, if the main file is within. */
  public Path folder() {
    Path whole = main.toAbsolutePath().normalize();
    Path parent = whole.getParent();
    return parent == null || whole.startsWith(root) ? root : parent;
  }

  /** A path of the configuration, absolute. */
  public Path path(String text) {
    return root.resolve(text).normalize();
  }
}
