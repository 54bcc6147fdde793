package io.finward.linux.proc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads kernel variables. A number is there at the first read only, whatever that asks for, and
 * then the file ends (kernel/sysctl.c, {@code do_proc_dointvec}: {@code *ppos}). {@link
 * Files#readString} believes the size, which is 0, and begins with a read of one byte: it gets the
 * first digit.
 */
public final class Sysctl {
  private static final int LONGEST = 4096;

  private Sysctl() {}

  /** The variable's value without the newline, as the namespace of the calling thread has it. */
  public static String read(Path variable) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(variable)) {
      ByteBuffer value = ByteBuffer.allocate(LONGEST);
      channel.read(value);
      return StandardCharsets.US_ASCII.decode(value.flip()).toString().strip();
    }
  }
}
