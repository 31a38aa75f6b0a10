// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RegionLayout.*;

import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A frame that no Kamailio process owns and nobody waits on, together with the caller's half of it:
 * for code that has to run before the first call does. One thread.
 */
public final class RehearsalFrame {
  private static final Futex NOBODY =
      new Futex() {
        @Override
        public int await(final long offset, final int expected, final long timeoutNanos) {
          return 0;
        }

        @Override
        public int wake(final long offset, final int count) {
          return 0;
        }
      };

  private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[FRAME_STRIDE]);

  /** The frame with a request in it, as if announced with this generation and epoch. */
  public Frame call(final int generation, final int epoch, final Consumer<TlvWriter> request) {
    final TlvWriter writer = new TlvWriter(buffer, FRAME_REQUEST_OFFSET, FRAME_AREA);
    request.accept(writer);
    buffer.putInt(FRAME_REQUEST_LENGTH_OFFSET, writer.length());
    buffer.putInt(FRAME_GENERATION_OFFSET, generation);
    buffer.putInt(FRAME_EPOCH_OFFSET, epoch);
    buffer.putIntVolatile(FRAME_STATE_OFFSET, FRAME_REQUESTED);
    return new Frame(buffer, 0, NOBODY);
  }

  /** Fields as they would have been read from an event of at most {@code capacity} bytes. */
  public static TlvReader fields(final int capacity, final Consumer<TlvWriter> content) {
    final UnsafeBuffer bytes = new UnsafeBuffer(new byte[capacity]);
    final TlvWriter writer = new TlvWriter(bytes, 0, capacity);
    content.accept(writer);
    return new TlvReader(bytes, 0, writer.length());
  }

  /** What was answered. */
  public TlvReader response() {
    return new TlvReader(
        buffer, FRAME_RESPONSE_OFFSET, buffer.getInt(FRAME_RESPONSE_LENGTH_OFFSET));
  }
}
