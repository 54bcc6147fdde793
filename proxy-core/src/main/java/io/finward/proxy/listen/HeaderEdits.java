package io.finward.proxy.listen;

import io.finward.proxy.http.Via;

/**
 * What an intercepting listener changes in the headers of plain HTTP.
 *
 * @param via what happens to Via headers, of requests and responses
 * @param forwardedFor whether servers get the client's address in X-Forwarded-For
 */
public record HeaderEdits(Via via, boolean forwardedFor) {}
