package io.finward.appliance.apache.syntax;

import java.nio.file.Path;

/** A configuration of httpd that cannot be read. The message is {@code FILE:LINE: what}. */
public final class BadHttpdConfException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Something is wrong in a line. */
  public BadHttpdConfException(Place place, String what) {
    super(place + ": " + what);
  }

  /** Something is wrong with a whole file. */
  public BadHttpdConfException(Path file, String what) {
    super(file + ": " + what);
  }
}
