/**
 * {@code finward import-apache}: what a forward proxy's configuration of Apache httpd says, as a
 * configuration of Finward, and a list of what it could not say. Every directive has a fate in the
 * {@link io.finward.appliance.apache.Ledger}.
 */
@NullMarked
package io.finward.appliance.apache;

import org.jspecify.annotations.NullMarked;
