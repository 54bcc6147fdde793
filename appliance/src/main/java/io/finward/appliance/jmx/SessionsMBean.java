package io.finward.appliance.jmx;

import javax.management.openmbean.TabularData;

/** {@code io.finward:type=Sessions}: the live sessions. Addresses are IP addresses without port. */
public interface SessionsMBean {
  /** How many there are. */
  int getOpen();

  /** Of how many one side's FIN has been seen. */
  int getHalfClosed();

  /** All, as an attribute, for browsing. */
  TabularData getAll();

  /** All, oldest first. */
  TabularData list();

  /** Those of which one side's FIN has been seen, oldest first. */
  TabularData listHalfClosed();

  /** Those of one client. */
  TabularData findByClient(String address);

  /** Those to one original destination. */
  TabularData findByDestination(String address);

  /** The story of a client's sessions as diagrams, newest first; {@code ADDRESS:PORT}. */
  String explain(String client);

  /** Ends a session with RST to both sides; whether there was one with that id. */
  boolean kill(long id);
}
