/**
 * HTTP/1.1 on an explicit door: strict reading of requests, forwarding to origins with
 * back-pressure, the headers that concern a proxy, and error pages.
 */
@NullMarked
package io.finward.proxy.http;

import org.jspecify.annotations.NullMarked;
