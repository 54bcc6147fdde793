package io.finward.proxy.http;

/**
 * The content of an answer that the proxy gives itself.
 *
 * @param contentType as in {@code text/plain; charset=utf-8}
 * @param body sent as UTF-8
 */
public record ErrorPage(String contentType, String body) {}
