/** The commands of the {@code finward} program, one small class each. */
@NullMarked
package io.finward.appliance.command;

import org.jspecify.annotations.NullMarked;
