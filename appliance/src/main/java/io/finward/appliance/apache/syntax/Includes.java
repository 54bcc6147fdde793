package io.finward.appliance.apache.syntax;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the files that {@code Include} means: one, those of a pattern, all of a folder. */
final class Includes {
  private Includes() {}

  /**
   * The files in the order in which httpd reads them; empty when a pattern finds none, or the file
   * is not there.
   *
   * @throws IOException when a folder cannot be read
   */
  static List<Path> files(Path wanted) throws IOException {
    List<Path> found = List.of(wanted.isAbsolute() ? Path.of("/") : Path.of(""));
    for (Path part : wanted) {
      List<Path> next = new ArrayList<>();
      for (Path folder : found) {
        next.addAll(below(folder, part.toString()));
      }
      found = next;
    }
    List<Path> files = new ArrayList<>();
    for (Path one : found) {
      add(one, files);
    }
    return files;
  }

  private static List<Path> below(Path folder, String name) throws IOException {
    if (!Glob.isOne(name)) {
      Path one = folder.resolve(name);
      return Files.exists(one) ? List.of(one) : List.of();
    }
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    Pattern pattern = Pattern.compile(Glob.regex(name, false));
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(
              one -> {
                String file = String.valueOf(one.getFileName());
                // A leading dot is matched by a dot only.
                return (!file.startsWith(".") || name.startsWith("."))
                    && pattern.matcher(file).matches();
              })
          .sorted()
          .toList();
    }
  }

  /** A folder means every file in it and below it. */
  private static void add(Path one, List<Path> files) throws IOException {
    if (!Files.isDirectory(one)) {
      files.add(one);
      return;
    }
    List<Path> inside;
    try (Stream<Path> all = Files.list(one)) {
      inside = all.sorted().toList();
    }
    for (Path each : inside) {
      add(each, files);
    }
  }
}
