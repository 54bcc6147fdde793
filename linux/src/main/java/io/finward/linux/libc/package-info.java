/**
 * The system calls, one tiny method each. The only package of the product that uses {@link
 * java.lang.foreign.Linker}; every call returns the kernel's own answer, a value of zero or more,
 * or {@code -errno}, so that an error is a return value and never an exception. And libnftables, by
 * the same shape of call.
 */
@NullMarked
package io.finward.linux.libc;

import org.jspecify.annotations.NullMarked;
