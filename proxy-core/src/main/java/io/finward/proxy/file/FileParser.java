package io.finward.proxy.file;

import java.io.BufferedReader;
import java.io.IOException;

/** Makes a value of a text file. */
@FunctionalInterface
public interface FileParser<T> {
  /**
   * Reads all of it.
   *
   * @throws BadLineException when a line is not what it must be; the file is not taken then
   */
  T parse(BufferedReader lines) throws IOException, BadLineException;
}
