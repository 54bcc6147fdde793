package io.finward.appliance.accesslog;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** Standard output. A reader that does not read stops this sink's thread and nobody else. */
final class OutputSink implements Sink {
  private final OutputStream out;

  OutputSink(OutputStream out) {
    this.out = out;
  }

  /** The process's own. */
  static OutputSink standard() {
    return new OutputSink(new FileOutputStream(FileDescriptor.out));
  }

  @Override
  public Written write(List<byte[]> lines) {
    int written = 0;
    try {
      for (byte[] line : lines) {
        out.write(line);
        written++;
      }
      return new Written(written, null);
    } catch (IOException e) {
      return new Written(written, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void reopen() {
    // There is nothing to open.
  }

  @Override
  public void close() {
    // Others may still write to it.
  }
}
