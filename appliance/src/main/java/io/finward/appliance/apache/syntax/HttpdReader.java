package io.finward.appliance.apache.syntax;

import io.finward.appliance.apache.syntax.HttpdConf.Notice;
import io.finward.appliance.apache.syntax.HttpdConf.Skipped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a configuration of httpd as httpd does: from the first line to the last, with each {@code
 * Define}, {@code LoadModule} and {@code ServerRoot} counting from where it stands. Used once, by
 * one thread.
 */
public final class HttpdReader {
  /** As AP_MAX_INCLUDE_DIR_DEPTH and the nesting of macros: past it nobody means it. */
  private static final int DEEPEST = 50;

  private final Given given;
  private final Variables variables;
  private final Modules modules = new Modules();
  private final Conditions conditions;
  private final Map<String, Macro> macros = new HashMap<>();
  private final Deque<Path> open = new ArrayDeque<>();
  private final List<Skipped> skipped = new ArrayList<>();
  private final List<Notice> notices = new ArrayList<>();
  private Path root;
  private int depth;

  /**
   * What httpd is told on its command line, or has compiled in.
   *
   * @param defines {@code -D NAME}
   * @param version what {@code IfVersion} compares with
   * @param root {@code -d}: in the place of every {@code ServerRoot}; null for the file's
   */
  public record Given(List<String> defines, HttpdVersion version, @Nullable Path root) {
    public Given {
      defines = List.copyOf(defines);
    }
  }

  private HttpdReader(Path main, Given given) throws BadHttpdConfException {

    this.given = given;
    Path folder = main.toAbsolutePath().normalize().getParent();
    root = given.root() != null ? given.root() : folder == null ? Path.of("/") : folder;
    variables = new Variables(Envvars.beside(main));
    given.defines().forEach(name -> variables.define(name, ""));
    conditions = new Conditions(variables, modules, given.version(), () -> root);
  }

  /**
   * Reads a file and all that it includes.
   *
   * @throws BadHttpdConfException with the first thing for which httpd would not start
   */
  public static HttpdConf read(Path main, Given given) throws BadHttpdConfException {
    if (!Files.exists(main)) {
      throw new BadHttpdConfException(main, "no such file");
    }
    if (Files.isDirectory(main)) {
      throw new BadHttpdConfException(
          main, "a folder (expected: the main file, as in /etc/apache2/apache2.conf)");
    }
    HttpdReader reader = new HttpdReader(main, given);
    List<Node> nodes = new ArrayList<>();
    reader.file(main, null, nodes);
    return new HttpdConf(main, reader.root, reader.modules, nodes, reader.skipped, reader.notices);
  }

  private void file(Path file, @Nullable Place from, List<Node> into) throws BadHttpdConfException {
    Path whole = file.toAbsolutePath().normalize();
    if (from != null && open.contains(whole)) {
      throw new BadHttpdConfException(from, "includes " + file + ", which is being read");
    }
    if (open.size() >= DEEPEST && from != null) {
      throw new BadHttpdConfException(from, "more than %d files deep".formatted(DEEPEST));
    }
    List<RawLine> lines;
    try {
      lines = RawLine.of(file);
    } catch (IOException e) {
      String why = Files.isReadable(file) ? String.valueOf(e.getMessage()) : "may not be read";
      throw from == null
          ? new BadHttpdConfException(file, why)
          : new BadHttpdConfException(from, file + ": " + why);
    }
    open.push(whole);
    block(new ArrayDeque<>(lines), null, into);
    open.pop();
  }

  /** Reads lines up to the end of a section, or of the file when there is none. */
  private void block(Deque<RawLine> lines, @Nullable Opening opening, List<Node> into)
      throws BadHttpdConfException {
    for (RawLine line = lines.poll(); line != null; line = lines.poll()) {
      if (line.text().startsWith("</")) {
        close(line, opening);
        return;
      }
      if (line.text().startsWith("<")) {
        section(Opening.of(replaced(line)), lines, into);
      } else {
        directive(replaced(line), into);
      }
    }
    if (opening != null) {
      throw new BadHttpdConfException(opening.place(), opening + " is not closed");
    }
  }

  private static void close(RawLine line, @Nullable Opening opening) throws BadHttpdConfException {
    if (opening == null || !opening.closedBy(line.text())) {
      throw new BadHttpdConfException(
          line.place(),
          opening == null
              ? line.text() + " closes nothing"
              : "%s, but %s is open since line %d"
                  .formatted(line.text(), opening, opening.place().line()));
    }
  }

  private RawLine replaced(RawLine line) {
    String text =
        variables.replace(
            line.text(),
            name -> notices.add(new Notice(line.place(), "${%s} is not defined".formatted(name))));
    return new RawLine(line.place(), text);
  }

  private void section(Opening opening, Deque<RawLine> lines, List<Node> into)
      throws BadHttpdConfException {
    if (opening.name().equalsIgnoreCase("Macro")) {
      macro(opening, lines);
    } else if (!Conditions.isOne(opening.name())) {
      List<Node> inside = new ArrayList<>();
      block(lines, opening, inside);
      into.add(
          new Node.Section(
              opening.place(), opening.name(), opening.rest(), Words.of(opening.rest()), inside));
    } else if (holds(opening)) {
      block(lines, opening, into);
    } else {
      skipped.add(new Skipped(opening.place(), opening.toString(), inner(opening, lines).size()));
    }
  }

  private boolean holds(Opening opening) throws BadHttpdConfException {
    try {
      return conditions.holds(opening.name(), Words.of(opening.rest()));
    } catch (IllegalArgumentException e) {
      throw new BadHttpdConfException(opening.place(), opening + ": " + e.getMessage());
    }
  }

  /** The lines of a section as they are, sections in it included. */
  private static List<RawLine> inner(Opening opening, Deque<RawLine> lines)
      throws BadHttpdConfException {
    List<RawLine> inside = new ArrayList<>();
    int nested = 0;
    for (RawLine line = lines.poll(); line != null; line = lines.poll()) {
      if (opening.closedBy(line.text()) && nested-- == 0) {
        return inside;
      }
      if (line.text().startsWith("<")
          && !line.text().startsWith("</")
          && Opening.of(line).name().equalsIgnoreCase(opening.name())) {
        nested++;
      }
      inside.add(line);
    }
    throw new BadHttpdConfException(opening.place(), opening + " is not closed");
  }

  private void macro(Opening opening, Deque<RawLine> lines) throws BadHttpdConfException {
    List<String> words = Words.of(opening.rest());
    if (words.isEmpty()) {
      throw new BadHttpdConfException(opening.place(), "<Macro> without a name");
    }
    macros.put(
        Variables.folded(words.getFirst()),
        new Macro(words.subList(1, words.size()), inner(opening, lines)));
  }

  private void directive(RawLine line, List<Node> into) throws BadHttpdConfException {
    String[] parts = line.text().split("\\s+", 2);
    String rest = parts.length > 1 ? parts[1].strip() : "";
    Node.Directive directive = new Node.Directive(line.place(), parts[0], rest, Words.of(rest));
    into.add(directive);
    switch (Variables.folded(parts[0])) {
      case "include" -> include(directive, false, into);
      case "includeoptional" -> include(directive, true, into);
      case "define" -> variables.define(directive.word(0), directive.word(1));
      case "undefine" -> variables.undefine(directive.word(0));
      case "loadmodule", "addmodule" -> modules.load(directive.word(0));
      case "serverroot" -> {
        if (given.root() == null) {
          root = root.resolve(directive.word(0));
        }
      }
      case "use" -> use(directive, into);
      case "error" -> throw new BadHttpdConfException(line.place(), "httpd stops here: " + rest);
      default -> {}
    }
  }

  private void use(Node.Directive directive, List<Node> into) throws BadHttpdConfException {
    Macro macro = macros.get(Variables.folded(directive.word(0)));
    if (macro == null) {
      throw new BadHttpdConfException(
          directive.place(), "no macro \"%s\" before this line".formatted(directive.word(0)));
    }
    List<String> arguments = directive.words().subList(1, directive.words().size());
    if (arguments.size() != macro.parameters().size()) {
      throw new BadHttpdConfException(
          directive.place(),
          "%d arguments (expected: %d)".formatted(arguments.size(), macro.parameters().size()));
    }
    if (++depth > DEEPEST) {
      throw new BadHttpdConfException(directive.place(), "a macro uses itself");
    }
    block(new ArrayDeque<>(macro.with(arguments)), null, into);
    depth--;
  }

  private void include(Node.Directive directive, boolean optional, List<Node> into)
      throws BadHttpdConfException {
    String wanted = directive.word(0);
    if (wanted.isEmpty()) {
      throw new BadHttpdConfException(directive.place(), directive.name() + " without a file");
    }
    Path path = root.resolve(wanted).normalize();
    List<Path> files;
    try {
      files = Includes.files(path);
    } catch (IOException e) {
      throw new BadHttpdConfException(directive.place(), path + " cannot be read: " + e);
    }
    if (files.isEmpty() && !optional) {
      if (!Glob.isOne(wanted) && !Files.isDirectory(path)) {
        throw new BadHttpdConfException(directive.place(), "no such file: " + path);
      }
      notices.add(new Notice(directive.place(), "no file matches " + path));
    }
    for (Path file : files) {
      file(file, directive.place(), into);
    }
  }
}
