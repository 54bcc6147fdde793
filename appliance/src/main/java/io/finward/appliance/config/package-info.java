/**
 * The configuration: a HOCON file read into records that validate. Everything wrong in a file is
 * told at once, each with file, line, value and what was expected. The only package that knows
 * Typesafe Config.
 */
@NullMarked
package io.finward.appliance.config;

import org.jspecify.annotations.NullMarked;
