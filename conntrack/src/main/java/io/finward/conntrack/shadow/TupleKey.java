package io.finward.conntrack.shadow;

import io.finward.conntrack.message.Tuple;
import io.finward.linux.socket.AddressWords;

/** A tuple as numbers; reused by its owner so that a lookup allocates nothing that lives. */
final class TupleKey {
  long sourceHigh;
  long sourceLow;
  long destinationHigh;
  long destinationLow;
  int ports;

  TupleKey set(Tuple tuple) {
    sourceHigh = AddressWords.high(tuple.source());
    sourceLow = AddressWords.low(tuple.source());
    destinationHigh = AddressWords.high(tuple.destination());
    destinationLow = AddressWords.low(tuple.destination());
    ports = tuple.sourcePort() << 16 | tuple.destinationPort();
    return this;
  }

  /** Clients choose addresses and ports: the seed keeps them from choosing their chain too. */
  int hash(long seed) {
    long hash = seed;
    hash = mix(hash ^ sourceHigh);
    hash = mix(hash ^ sourceLow);
    hash = mix(hash ^ destinationHigh);
    hash = mix(hash ^ destinationLow);
    hash = mix(hash ^ ports);
    return (int) (hash >>> 32);
  }

  /** The finalizer of MurmurHash3. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
