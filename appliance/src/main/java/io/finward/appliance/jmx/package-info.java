/**
 * The MBeans of a running instance, with tables that jconsole shows as such, and remote JMX on one
 * port.
 */
@NullMarked
package io.finward.appliance.jmx;

import org.jspecify.annotations.NullMarked;
