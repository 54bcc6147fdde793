package io.finward.nat.apply;

import io.finward.linux.libc.Libnftables;
import io.finward.nat.apply.Tool.Answer;
import java.util.List;
import java.util.Optional;

/** Runs commands in nft's language in the calling thread's network namespace, and waits. */
@FunctionalInterface
interface Nft {
  /** What is run, as an operator would. */
  List<String> COMMAND = List.of("nft", "-s", "-f", "-");

  /** A process for each: whatever becomes of it, this one goes on. */
  Nft PROGRAM = commands -> Tool.ask(commands, COMMAND);

  /**
   * The program's own library in this process, for one that has no sessions to lose: it ends the
   * process when memory or descriptors run out. A process of its own takes 30 ms more, which are a
   * tenth of a start. The program, where the library is not to be had.
   */
  Nft AT_START =
      commands -> {
        Optional<Libnftables> library = Libnftables.load();
        if (library.isEmpty()) {
          return PROGRAM.ask(commands);
        }
        Libnftables.Answer answer = library.get().run(commands);
        return new Answer(answer.ok() ? 0 : 1, answer.output(), answer.errors());
      };

  /** Runs the commands as one transaction; a refusal is an answer. */
  Answer ask(String commands) throws NatException;

  /**
   * Runs commands that have to succeed.
   *
   * @throws NatException with nft's words, when they do not
   */
  default void run(String commands) throws NatException {
    Answer answer = ask(commands);
    if (!answer.ok()) {
      throw Tool.refused(COMMAND, answer);
    }
  }
}
