package io.finward.proxy.http;

import org.jspecify.annotations.Nullable;

/**
 * Makes the pages that clients see when the proxy answers itself. Asked on event loops: must not
 * block.
 */
@FunctionalInterface
public interface ErrorPages {
  /** One line of plain text. */
  ErrorPages PLAIN =
      problem ->
          new ErrorPage(
              "text/plain; charset=utf-8", "%d %s%n".formatted(problem.status(), problem.detail()));

  /**
   * Why the proxy answers itself.
   *
   * @param status the HTTP status, 400 to 599
   * @param detail one short sentence without anything the client sent, safe in any content type
   * @param accept the request's Accept header; null without one
   */
  record Problem(int status, String detail, @Nullable String accept) {}

  /** The page for an error. */
  ErrorPage page(Problem problem);
}
