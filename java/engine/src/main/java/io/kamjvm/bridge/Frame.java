// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RegionLayout.*;

import java.lang.invoke.VarHandle;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The engine's half of a frame (bridge.md section 2). The caller may give up at any moment; so each
 * transition here is a compare-and-swap that may find ABANDONED, and then hands the frame back.
 * Engine thread only.
 */
public final class Frame {
  /** Bytes a response may have. */
  public static final int RESPONSE_CAPACITY = FRAME_AREA;

  private final UnsafeBuffer buffer;
  private final int offset;
  private final Futex futex;
  private boolean ended;

  Frame(final UnsafeBuffer buffer, final int offset, final Futex futex) {
    this.buffer = buffer;
    this.offset = offset;
    this.futex = futex;
  }

  /**
   * Takes the call that was announced.
   *
   * @return false when the caller has given up or the announcement is stale
   */
  public boolean take(final int generation, final int epoch) {
    return swapToTaken(FRAME_REQUESTED, generation, epoch);
  }

  /** Takes the results of a step; as {@link #take}. */
  public boolean takeResumed(final int generation, final int epoch) {
    return swapToTaken(FRAME_RESUMED, generation, epoch);
  }

  private boolean swapToTaken(final int from, final int generation, final int epoch) {
    if (buffer.getIntVolatile(offset + FRAME_STATE_OFFSET) == FRAME_FREE
        || buffer.getInt(offset + FRAME_GENERATION_OFFSET) != generation
        || buffer.getInt(offset + FRAME_EPOCH_OFFSET) != epoch) {
      return false;
    }
    if (buffer.compareAndSetInt(offset + FRAME_STATE_OFFSET, from, FRAME_TAKEN)) {
      return true;
    }
    letGo();
    return false;
  }

  /** What the caller wrote; valid while the frame is taken. */
  public TlvReader request() {
    final int length = buffer.getInt(offset + FRAME_REQUEST_LENGTH_OFFSET);
    if (length < 0 || length > FRAME_AREA) {
      throw new IllegalArgumentException("a request of " + length + " bytes");
    }
    return new TlvReader(buffer, offset + FRAME_HEADER, length);
  }

  /**
   * A fresh writer over the response area.
   *
   * @throws IllegalStateException once the frame has {@link #ended}
   */
  public TlvWriter response() {
    if (ended) {
      throw new IllegalStateException("the frame belongs to another call");
    }
    return new TlvWriter(buffer, offset + FRAME_HEADER + FRAME_AREA, FRAME_AREA);
  }

  /**
   * Hands the frame back if its caller has given up. From then on it belongs to another call, and
   * this object does nothing any more.
   *
   * @return whether it was handed back
   */
  public boolean reclaim() {
    if (ended || buffer.getIntVolatile(offset + FRAME_STATE_OFFSET) != FRAME_ABANDONED) {
      return false;
    }
    letGo();
    return true;
  }

  /** Whether the frame is no longer the engine's: answered, or handed back. */
  public boolean ended() {
    return ended;
  }

  /**
   * Ends the call with {@code length} bytes of response.
   *
   * @return false when the caller had given up: what was decided must be undone
   */
  public boolean done(final int length) {
    return handOver(FRAME_DONE, length);
  }

  /** Hands over a step; as {@link #done}. */
  public boolean step(final int length) {
    return handOver(FRAME_STEP, length);
  }

  private boolean handOver(final int state, final int length) {
    if (ended) {
      return false;
    }
    buffer.putInt(offset + FRAME_RESPONSE_LENGTH_OFFSET, length);
    if (!buffer.compareAndSetInt(offset + FRAME_STATE_OFFSET, FRAME_TAKEN, state)) {
      letGo();
      return false;
    }
    ended = state == FRAME_DONE;
    VarHandle.fullFence();
    if (buffer.getIntVolatile(offset + FRAME_CALLER_SLEEPING_OFFSET) != 0) {
      futex.wake(offset + FRAME_STATE_OFFSET, 1);
    }
    return true;
  }

  private void letGo() {
    ended = true;
    buffer.compareAndSetInt(offset + FRAME_STATE_OFFSET, FRAME_ABANDONED, FRAME_FREE);
  }
}
