/**
 * The lab: private network namespaces with real clients, a gateway and real servers, and the
 * scenarios that show whether a packet leaks. What leaks is counted by the kernel in the client's
 * and the server's own namespaces; nothing here asks Finward, and nothing here shares code with it.
 */
@NullMarked
package io.finward.appliance.lab;

import org.jspecify.annotations.NullMarked;
