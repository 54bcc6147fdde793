/** The program: commands, configuration, wiring, JMX, metrics and the lab. */
@NullMarked
package io.finward.appliance;

import org.jspecify.annotations.NullMarked;
