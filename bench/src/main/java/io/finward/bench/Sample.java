package io.finward.bench;

/**
 * One measured number.
 *
 * @param contestant whose
 * @param metric of what
 * @param round in which round
 * @param value in the metric's unit
 * @param share what others had of the machine meanwhile
 */
record Sample(String contestant, Metric metric, int round, double value, MachineTime.Share share) {
  /** Past this the hypervisor, not the proxy, is measured. */
  static final double MOST_STOLEN = 0.10;

  boolean dropped() {
    return share.stolen() > MOST_STOLEN;
  }
}
