package io.finward.bench.jmh;

import io.finward.conntrack.codec.EntryCodec;
import io.finward.conntrack.message.ConntrackEntry;
import io.finward.linux.netlink.AttributeCursor;
import io.finward.linux.netlink.DecodeException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What each DESTROY event and each entry of a dump costs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NetlinkDecodeBenchmark {
  /** {@code strace -e recvmsg conntrack -L} on 6.18; the entry of the codec's own test. */
  private final byte[] entry =
      HexFormat.of()
          .parseHex(
              "3400018014000180"
                  + "08000100c000020a08000200c6336401"
                  + "1c00028005000100060000000600"
                  + "02009c4000000600030000500000"
                  + "3400028014000180"
                  + "08000100c000020108000200c000020a"
                  + "1c0002800500010006000000060002001f90000006000300"
                  + "9c400000"
                  + "080003000000000e"
                  + "0800080000000007"
                  + "08000c00e7b39fc5"
                  + "08000b0000000001"
                  + "0800070000000063"
                  + "300004802c0001800500010005000000050002000000000005000300000000000600"
                  + "04000a000000060005000a000000"
                  + "1c0009800c00010000000000000000000c0002000000000000000000"
                  + "1c000a800c00010000000000000000000c0002000000000000000000"
                  + "1c001880080001000000000008000200000000000800030000000000");

  /** For JMH. */
  public NetlinkDecodeBenchmark() {}

  /** One entry, every attribute of it. */
  @Benchmark
  public ConntrackEntry decode() throws DecodeException {
    return EntryCodec.decode(AttributeCursor.over(entry, 0));
  }
}
