package io.finward.appliance.jmx;

/** {@code io.finward:type=Listener,name=...}: a listener of the configuration. */
public interface ListenerMBean {
  /** {@code redirect}, {@code tproxy} or {@code explicit}. */
  String getMode();

  /** The address and port. */
  String getBind();

  /** Whose address upstream connections come from: {@code gateway} or {@code client}. */
  String getSource();

  /** Sessions it accepted. */
  long getAccepted();

  /** Sessions it accepted that are live. */
  long getOpen();
}
