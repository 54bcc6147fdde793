package io.finward.appliance.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Random;

/**
 * 512 MB whose SHA-256 is known: a block of random bytes, repeated. The block's length is no
 * multiple of any buffer's, so that a buffer lost, doubled or out of place changes the digest.
 */
final class RandomStream {
  static final long LENGTH = 512L << 20;

  private static final int CHUNK = 256 << 10;

  private RandomStream() {}

  /** Made when the first scenario asks for it. */
  private static final class Holder {
    private static final byte[] BLOCK = block();
    private static final byte[] DIGEST = digest();

    private static byte[] block() {
      byte[] block = new byte[(8 << 20) + 4099];
      new Random(21335).nextBytes(block);
      return block;
    }

    private static byte[] digest() {
      MessageDigest sha256 = sha256();
      for (long sent = 0; sent < LENGTH; sent += BLOCK.length) {
        sha256.update(BLOCK, 0, (int) Math.min(BLOCK.length, LENGTH - sent));
      }
      return sha256.digest();
    }
  }

  /** Sends all of it. */
  static void send(OutputStream output) throws IOException {
    byte[] block = Holder.BLOCK;
    for (long sent = 0; sent < LENGTH; ) {
      int offset = (int) (sent % block.length);
      int length = (int) Math.min(Math.min(CHUNK, block.length - offset), LENGTH - sent);
      output.write(block, offset, length);
      sent += length;
    }
  }

  /** Reads to the end; whether it was all of it and nothing else. */
  static boolean arrivesAt(InputStream input) throws IOException {
    MessageDigest sha256 = sha256();
    byte[] buffer = new byte[CHUNK];
    for (int n = input.read(buffer); n >= 0; n = input.read(buffer)) {
      sha256.update(buffer, 0, n);
    }
    return Arrays.equals(sha256.digest(), Holder.DIGEST);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
