// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A temporary file that other processes map, too. */
record SharedFile(Path path) implements AutoCloseable {

  static SharedFile create() throws IOException {
    return new SharedFile(Files.createTempFile("kamjvm-wire", ".region"));
  }

  MappedByteBuffer map(final long length) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(length);
      return file.getChannel().map(FileChannel.MapMode.READ_WRITE, 0, length);
    }
  }

  @Override
  public void close() throws IOException {
    Files.delete(path);
  }
}
