package io.finward.proxy.http;

/**
 * The content of an answer that the proxy gives itself.
 *
 * @param contentType as in {@code text/plain; charset=utf-8}
 * @param body not to be changed after it was given away
 */
public record ErrorPage(String contentType, byte[] body) {}
