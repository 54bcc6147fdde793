/** The self-test: what in this machine would keep a configuration from working, and what to do. */
@NullMarked
package io.finward.appliance.check;

import org.jspecify.annotations.NullMarked;
