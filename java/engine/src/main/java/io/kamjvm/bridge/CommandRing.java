// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RegionLayout.*;

import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;

/**
 * The commands to one courier. The engine writes only while the courier has acknowledged this
 * epoch: before, the ring still belongs to a dead engine. Engine thread only.
 */
public final class CommandRing {
  private static final int HEADER = 16;

  private final UnsafeBuffer region;
  private final int offset;
  private final int epoch;
  private final OneToOneRingBuffer ring;
  private final Wakeup wakeup;
  private final UnsafeBuffer scratch;

  CommandRing(final UnsafeBuffer region, final int offset, final int epoch, final Futex futex) {
    this.region = region;
    this.offset = offset;
    this.epoch = epoch;
    this.ring =
        new OneToOneRingBuffer(
            new UnsafeBuffer(region, offset + COURIER_HEADER, COMMANDS_CAPACITY + RING_TRAILER));
    this.wakeup = new Wakeup(region, offset + COURIER_SLEEPING, futex);
    this.scratch = new UnsafeBuffer(new byte[ring.maxMsgLength()]);
  }

  /** Whether the courier reads the ring of this epoch. */
  public boolean ready() {
    return region.getIntVolatile(offset + COURIER_ACKED_EPOCH) == epoch;
  }

  /** A writer for the fields of the next command; what it held before is gone. */
  public TlvWriter fields() {
    return new TlvWriter(scratch, HEADER, scratch.capacity() - HEADER);
  }

  /**
   * Hands over the command whose fields are in the last {@link #fields}.
   *
   * @return false when there is no room now
   */
  public boolean write(final int type, final long id, final int fieldsLength) {
    scratch.putInt(0, epoch);
    scratch.putInt(4, 0);
    scratch.putLong(8, id);
    if (!ready() || !ring.write(type, scratch, 0, HEADER + fieldsLength)) {
      return false;
    }
    wakeup.ring();
    return true;
  }
}
