package io.finward.appliance.lab;

/**
 * What a scenario showed.
 *
 * @param sessions connections that went through the proxy
 * @param latePackets packets sent when the kernel's entry was or should have been gone
 * @param leaked what left the gateway untranslated
 * @param translated late packets that did what they would have done with the entry in place
 * @param passed whether all is as the scenario wants it
 * @param note what was seen, for a reader; empty when there is nothing to add
 */
record Outcome(
    int sessions, int latePackets, Leaks leaked, int translated, boolean passed, String note) {
  /** A scenario that could not be carried through. */
  static Outcome broken(String why) {
    return new Outcome(0, 0, Leaks.NONE, 0, false, why);
  }
}
