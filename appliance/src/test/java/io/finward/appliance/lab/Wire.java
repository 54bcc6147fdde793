package io.finward.appliance.lab;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** A topology, and the family of what goes through it. */
record Wire(Topology topology, AddressFamily family) {
  /** A client's connection to the server's port 80. */
  LabSocket dial() throws IOException {
    return LabSocket.connect(
        topology.client(), family, new InetSocketAddress(AddressFamily.parse(family.server()), 80));
  }

  /** The gateway's conntrack entries of TCP, as conntrack lists them. */
  List<String> entries() throws IOException {
    return topology
        .gateway()
        .run("conntrack", "-L", "-p", "tcp", "-f", family.label())
        .lines()
        .filter(line -> line.startsWith("tcp "))
        .toList();
  }
}
