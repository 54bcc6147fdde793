package io.finward.appliance.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that say which test shows what: each row names one, and what is named is there. */
class NamedTestsTest {
  /** In the third of four columns: the class that answers. */
  private static final Pattern ANSWERING = Pattern.compile("`([A-Z]\\w+)`");

  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+)#(\\w+)`");

  @ParameterizedTest
  @ValueSource(strings = {"docs/apache-rows.md", "docs/threats.md"})
  void eachRowNamesATestThatIsThere(String page) throws IOException {
    Path home = home();
    Map<String, String> sources = sources(home, "src/test/java");
    Map<String, String> classes = sources(home, "src/main/java");
    List<String> wrong = new ArrayList<>();
    int rows = 0;
    for (String line : Files.readAllLines(home.resolve(page))) {
      if (!line.startsWith("| ") || line.matches("[| -]+") || line.endsWith("| test |")) {
        continue;
      }
      rows++;
      Matcher named = NAMED.matcher(line);
      int tests = 0;
      while (named.find()) {
        tests++;
        String source = sources.getOrDefault(named.group(1), "");
        if (!source.contains(" void " + named.group(2) + "(")) {
          wrong.add("no test " + named.group() + ": " + line);
        }
      }
      if (tests == 0) {
        wrong.add("no test named: " + line);
      }
      String[] cells = line.split(" \\| ", -1);
      Matcher answering = ANSWERING.matcher(cells.length == 4 ? cells[2] : "");
      while (answering.find()) {
        if (!classes.containsKey(answering.group(1))) {
          wrong.add("no class " + answering.group() + ": " + line);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(rows).isPositive();
  }

  private static Path home() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("CONTRIBUTING.md"))) {
      folder = folder.getParent();
    }
    assertThat(folder).as("the folder of the sources").isNotNull();
    return folder;
  }

  /** The text of each class of the modules, by its simple name. */
  private static Map<String, String> sources(Path home, String part) throws IOException {
    Map<String, String> found = new HashMap<>();
    try (Stream<Path> modules = Files.list(home)) {
      for (Path module : modules.filter(it -> Files.isDirectory(it.resolve(part))).toList()) {
        try (Stream<Path> files = Files.walk(module.resolve(part))) {
          for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
            String name = file.getFileName().toString();
            found.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
          }
        }
      }
    }
    return found;
  }
}
