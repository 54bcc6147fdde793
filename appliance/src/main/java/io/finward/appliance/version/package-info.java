/** Which Finward, on which Java, on which kernel: what a bug report needs. */
@NullMarked
package io.finward.appliance.version;

import org.jspecify.annotations.NullMarked;
