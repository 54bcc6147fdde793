package io.finward.proxy.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * Makes the pages that clients see when the proxy answers itself. Asked on event loops: must not
 * block.
 */
@FunctionalInterface
public interface ErrorPages {
  /** One line of plain text. */
  ErrorPages PLAIN =
      error ->
          new ErrorPage(
              "text/plain; charset=utf-8",
              "%d %s%n".formatted(error.status(), error.detail()).getBytes(UTF_8));

  /**
   * Why the proxy answers itself.
   *
   * @param status the HTTP status, 400 to 599
   * @param detail one short sentence without anything the client sent, safe in any content type
   * @param accept the request's Accept header; null without one
   */
  record Error(int status, String detail, @Nullable String accept) {}

  /** The page for an error. */
  ErrorPage page(Error error);
}
