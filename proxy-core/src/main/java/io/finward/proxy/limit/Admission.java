package io.finward.proxy.limit;

/** Whether what lies outside the proxy, the kernel's conntrack table above all, has room. */
@FunctionalInterface
public interface Admission {
  /** There is always room. */
  Admission ALWAYS = () -> true;

  /**
   * Whether a new session may begin now. Called on event loops at every accept: must cost nothing.
   */
  boolean admits();
}
