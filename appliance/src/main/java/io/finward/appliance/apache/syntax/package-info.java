/**
 * Apache httpd's configuration language: lines, words, sections, variables, macros, includes and
 * conditions, read into a tree of the directives that hold. Knows nothing of what they mean to a
 * proxy.
 */
@NullMarked
package io.finward.appliance.apache.syntax;

import org.jspecify.annotations.NullMarked;
