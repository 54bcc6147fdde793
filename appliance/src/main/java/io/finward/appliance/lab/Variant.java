package io.finward.appliance.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * One way to run a scenario.
 *
 * @param interception how connections come to the proxy
 * @param family what client and server speak
 */
public record Variant(Interception interception, AddressFamily family) {
  /** The given interceptions, each in both families. */
  public static List<Variant> bothFamilies(Interception... interceptions) {
    var variants = new ArrayList<Variant>();
    for (Interception interception : interceptions) {
      for (AddressFamily family : AddressFamily.values()) {
        variants.add(new Variant(interception, family));
      }
    }
    return List.copyOf(variants);
  }

  /** Whether the proxy dials the server from the client's own address. */
  boolean keepsClientAddress() {
    return interception == Interception.TPROXY;
  }
}
