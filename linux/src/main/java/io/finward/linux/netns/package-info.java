/**
 * Network namespaces without a name: each lives as long as the thread that made it, so that neither
 * a failure nor a {@code kill -9} leaves one behind. For the tests and the lab.
 */
@NullMarked
package io.finward.linux.netns;

import org.jspecify.annotations.NullMarked;
