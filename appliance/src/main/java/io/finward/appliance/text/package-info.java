/** How addresses, ages, tables and JSON look to a reader. */
@NullMarked
package io.finward.appliance.text;

import org.jspecify.annotations.NullMarked;
