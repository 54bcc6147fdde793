/**
 * The admin API of a running instance: HTTP/1.1 and JSON on a Unix domain socket for the commands,
 * and its read-only part over TCP for monitoring, with mod_status' page for that made for Apache.
 */
@NullMarked
package io.finward.appliance.admin;

import org.jspecify.annotations.NullMarked;
