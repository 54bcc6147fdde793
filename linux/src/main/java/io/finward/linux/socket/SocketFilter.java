package io.finward.linux.socket;

import io.finward.linux.libc.KernelException;
import io.finward.linux.libc.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A classic BPF program that the kernel runs on every message for a socket, before it is queued and
 * before anybody is woken (SO_ATTACH_FILTER; Documentation/networking/filter.rst). It ends by
 * passing the message or dropping it, of which the socket never knows.
 *
 * <p>Immutable; made by a {@link Builder}.
 */
public final class SocketFilter {
  private static final int INSTRUCTION = 8;

  /**
   * A jump passes over 255 instructions at most, so a program that is one straight line has 256.
   */
  private static final int MOST_INSTRUCTIONS = 256;

  /** A struct sock_filter of linux/filter.h; the two jumps are counted in instructions. */
  private record Instruction(int code, int ifTrue, int ifFalse, int value) {}

  private final List<Instruction> instructions;

  private SocketFilter(List<Instruction> instructions) {
    this.instructions = List.copyOf(instructions);
  }

  /**
   * Has the kernel run this for a socket from now on.
   *
   * @throws KernelException when the kernel refuses the program
   */
  public void attach(int fd) throws KernelException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment program = arena.allocate((long) instructions.size() * INSTRUCTION, 8);
      ByteBuffer out = program.asByteBuffer().order(ByteOrder.nativeOrder());
      for (Instruction each : instructions) {
        out.putShort((short) each.code).put((byte) each.ifTrue).put((byte) each.ifFalse);
        out.putInt(each.value);
      }
      // struct sock_fprog: a length of 16 bits, and the pointer.
      MemorySegment fprog = arena.allocate(16, 8);
      fprog
          .asByteBuffer()
          .order(ByteOrder.nativeOrder())
          .putShort(0, (short) instructions.size())
          .putLong(8, program.address());
      KernelException.check(
          Libc.setsockopt(
              fd,
              SocketOptions.SOL_SOCKET,
              SocketOptions.SO_ATTACH_FILTER,
              fprog,
              (int) fprog.byteSize()),
          "setsockopt SO_ATTACH_FILTER");
    }
  }

  /**
   * Writes a program from its begin to its end. A and X are the machine's two registers. Loads are
   * big-endian, as numbers are in the network; one past the message's end drops the message.
   */
  public static final class Builder {
    private static final int LD_WORD = 0x20;
    private static final int LD_HALF = 0x28;
    private static final int LD_BYTE_X = 0x50;
    private static final int LD_IMMEDIATE = 0x00;
    private static final int LDX_IMMEDIATE = 0x01;
    private static final int TAX = 0x07;
    private static final int JEQ = 0x15;
    private static final int RET = 0x06;
    private static final int SKF_AD_NLATTR = -0x1000 + 12;
    private static final int SKF_AD_NLATTR_NEST = -0x1000 + 16;
    private static final int WHOLE = -1;

    /** Where a jump goes, until its distance is known. */
    private enum End {
      PASS,
      DROP
    }

    /** A comparison of A with a value. */
    private record Branch(int value, boolean whenEqual, End end) {}

    private final List<Object> steps = new ArrayList<>();

    /** A = the 32 bits at an offset. */
    public Builder loadWord(int offset) {
      return add(LD_WORD, offset);
    }

    /** A = the 16 bits at an offset. */
    public Builder loadHalf(int offset) {
      return add(LD_HALF, offset);
    }

    /**
     * A = the offset of a netlink attribute.
     *
     * @param from where the attributes begin
     * @param types the attribute's type after those that it is nested in; without one of them the
     *     message passes
     */
    public Builder findAttribute(int from, int... types) {
      add(LD_IMMEDIATE, from);
      int find = SKF_AD_NLATTR;
      for (int type : types) {
        add(LDX_IMMEDIATE, type);
        add(LD_WORD, find);
        passIf(0);
        find = SKF_AD_NLATTR_NEST;
      }
      return this;
    }

    /** A = the byte at an offset from A. */
    public Builder loadByteFromA(int offset) {
      add(TAX, 0);
      return add(LD_BYTE_X, offset);
    }

    /** The message passes if A is this. */
    public Builder passIf(int value) {
      steps.add(new Branch(value, true, End.PASS));
      return this;
    }

    /** The message passes unless A is this. */
    public Builder passUnless(int value) {
      steps.add(new Branch(value, false, End.PASS));
      return this;
    }

    /** The message is dropped if A is this. */
    public Builder dropIf(int value) {
      steps.add(new Branch(value, true, End.DROP));
      return this;
    }

    /** The message is dropped unless A is this. */
    public Builder dropUnless(int value) {
      steps.add(new Branch(value, false, End.DROP));
      return this;
    }

    /** The program; what comes to its end passes. */
    public SocketFilter build() {
      if (steps.size() + 2 > MOST_INSTRUCTIONS) {
        throw new IllegalStateException(
            steps.size() + " steps (expected: at most " + (MOST_INSTRUCTIONS - 2) + ")");
      }
      List<Instruction> program = new ArrayList<>();
      for (Object step : steps) {
        program.add(
            step instanceof Branch branch
                ? jump(branch, steps.size() - program.size() - 1)
                : (Instruction) step);
      }
      program.add(new Instruction(RET, 0, 0, WHOLE));
      program.add(new Instruction(RET, 0, 0, 0));
      return new SocketFilter(program);
    }

    private static Instruction jump(Branch branch, int toPass) {
      int distance = branch.end == End.PASS ? toPass : toPass + 1;
      return new Instruction(
          JEQ, branch.whenEqual ? distance : 0, branch.whenEqual ? 0 : distance, branch.value);
    }

    private Builder add(int code, int value) {
      steps.add(new Instruction(code, 0, 0, value));
      return this;
    }
  }
}
