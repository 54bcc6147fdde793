/**
 * What the administrator's rules do to requests and answers on their way through an explicit door:
 * the environment in which a request is carried, and edits of headers. Knows nothing of channels.
 */
@NullMarked
package io.finward.proxy.treatment;

import org.jspecify.annotations.NullMarked;
