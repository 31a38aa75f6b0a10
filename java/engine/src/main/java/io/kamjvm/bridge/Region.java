// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RegionLayout.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The shared region as the engine sees it: header words by name, and its sections. The mapping
 * belongs to Kamailio and outlives the engine; nothing here frees it. Thread-safe where a method
 * says so.
 */
public final class Region {
  private final UnsafeBuffer buffer;
  private final Futex futex;

  /**
   * @param mapping direct buffer over the whole mapping
   * @throws IllegalArgumentException when it is not a region of this layout
   */
  public Region(final ByteBuffer mapping, final Futex futex) {
    this.buffer = new UnsafeBuffer(mapping);
    this.futex = futex;
    check();
  }

  private void check() {
    if (buffer.capacity() < PAGE || buffer.getLong(HEADER_MAGIC) != MAGIC) {
      throw new IllegalArgumentException("the mapping is not a region");
    }
    if (buffer.getInt(HEADER_LAYOUT_VERSION) != LAYOUT_VERSION) {
      throw new IllegalArgumentException(
          "layout version "
              + buffer.getInt(HEADER_LAYOUT_VERSION)
              + " instead of "
              + LAYOUT_VERSION
              + ": modules and jars are not from one build");
    }
    if (buffer.getLong(HEADER_TOTAL_LENGTH) != buffer.capacity()) {
      throw new IllegalArgumentException("the region is not mapped whole");
    }
    section(HEADER_CONFIG_OFFSET, CONFIG_CAPACITY);
    section(HEADER_MANIFEST_OFFSET, MANIFEST_CAPACITY);
    section(HEADER_FRAMES_OFFSET, (long) FRAMES_PER_PROCESS * FRAME_STRIDE * processCount());
    section(HEADER_EVENTS_OFFSET, EVENTS_CAPACITY + RING_TRAILER);
    section(HEADER_COURIERS_OFFSET, (long) COURIER_STRIDE * courierCount());
    if (buffer.getInt(HEADER_CONFIG_LENGTH) < 0
        || buffer.getInt(HEADER_CONFIG_LENGTH) > CONFIG_CAPACITY) {
      throw new IllegalArgumentException("the config section is longer than its room");
    }
  }

  private int section(final int word, final long length) {
    final long offset = buffer.getLong(word);
    if (offset < PAGE || offset % 8 != 0 || offset + length > buffer.capacity()) {
      throw new IllegalArgumentException("a section lies outside the region");
    }
    return (int) offset;
  }

  /** Kamailio's {@code get_max_procs()}. */
  public int processCount() {
    return buffer.getInt(HEADER_PROCESS_COUNT);
  }

  /** Couriers, all lanes. */
  public int courierCount() {
    return buffer.getInt(HEADER_COURIER_COUNT);
  }

  /** Deferral records. */
  public int deferralCount() {
    return buffer.getInt(HEADER_DEFERRAL_COUNT);
  }

  /** Number of the engine that lives or starts. */
  public int epoch() {
    return buffer.getIntVolatile(HEADER_EPOCH);
  }

  /** The config section. */
  public TlvReader config() {
    return new TlvReader(
        buffer,
        section(HEADER_CONFIG_OFFSET, CONFIG_CAPACITY),
        buffer.getInt(HEADER_CONFIG_LENGTH));
  }

  /**
   * Writes the manifest section. Before READY.
   *
   * @throws IllegalStateException when it does not fit
   */
  public void manifest(final Consumer<TlvWriter> content) {
    final TlvWriter writer =
        new TlvWriter(
            buffer, section(HEADER_MANIFEST_OFFSET, MANIFEST_CAPACITY), MANIFEST_CAPACITY);
    content.accept(writer);
    if (writer.failed()) {
      throw new IllegalStateException("the manifest does not fit");
    }
    buffer.putInt(HEADER_MANIFEST_LENGTH, writer.length());
  }

  /** The frame with that index, or a complaint about the one who announced it. */
  public Frame frame(final int index) {
    if (index < 0 || index >= processCount() * FRAMES_PER_PROCESS) {
      throw new IllegalArgumentException("no frame " + index);
    }
    final int frames =
        section(HEADER_FRAMES_OFFSET, (long) FRAMES_PER_PROCESS * FRAME_STRIDE * processCount());
    return new Frame(buffer, frames + index * FRAME_STRIDE, futex);
  }

  /** What Kamailio's processes say. */
  public EventRing events(final EventSink sink) {
    return new EventRing(
        buffer, section(HEADER_EVENTS_OFFSET, EVENTS_CAPACITY + RING_TRAILER), epoch(), sink);
  }

  /** The ring of courier {@code index}. */
  public CommandRing courier(final int index) {
    return new CommandRing(buffer, courierOffset(index), epoch(), futex);
  }

  /** One of {@code RegionLayout.LANE_*}. */
  public int courierLane(final int index) {
    return buffer.getInt(courierOffset(index) + COURIER_LANE);
  }

  private int courierOffset(final int index) {
    if (index < 0 || index >= courierCount()) {
      throw new IllegalArgumentException("no courier " + index);
    }
    return section(HEADER_COURIERS_OFFSET, (long) COURIER_STRIDE * courierCount())
        + index * COURIER_STRIDE;
  }

  /** The engine's sleeper flag. */
  public Wakeup engineWakeup() {
    return new Wakeup(buffer, HEADER_ENGINE_SLEEPING, futex);
  }

  /** One of {@code RegionLayout.ENGINE_*}. */
  public int state() {
    return buffer.getIntVolatile(HEADER_ENGINE_STATE);
  }

  /** Publishes what was written before it and wakes all who wait for it. */
  public void state(final int state) {
    buffer.putIntVolatile(HEADER_ENGINE_STATE, state);
    futex.wake(HEADER_ENGINE_STATE, Integer.MAX_VALUE);
  }

  /** Says why the engine can not serve, and that it can not. */
  public void fail(final String why) {
    byte[] text = why.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, FAILURE_CAPACITY);
    while (length < text.length && length > 0 && (text[length] & 0xc0) == 0x80) {
      length--;
    }
    text = Arrays.copyOf(text, length);
    buffer.putBytes(HEADER_FAILURE, text);
    buffer.putInt(HEADER_FAILURE_LENGTH, length, ByteOrder.nativeOrder());
    state(ENGINE_FAILED);
  }

  /** Whether the keeper wants the engine to end. Any thread. */
  public boolean stopRequested() {
    return buffer.getIntVolatile(HEADER_STOP_REQUESTED) != 0;
  }

  /** Tells that loading goes on. Any thread. */
  public void progress() {
    buffer.getAndAddInt(HEADER_START_PROGRESS, 1);
  }

  /** The engine thread lives at {@code nanos} of CLOCK_MONOTONIC. */
  public void heartbeat(final long nanos) {
    buffer.putLongVolatile(HEADER_HEARTBEAT_NS, nanos);
  }

  /** CLOCK_MONOTONIC of the oldest uncommitted change; 0: none. */
  public void oldestUncommitted(final long nanos) {
    buffer.putLongVolatile(HEADER_OLDEST_UNCOMMITTED_NS, nanos);
  }

  /** How many changes of the location table the engine has not been told, all epochs. */
  public long usrlocLost() {
    return buffer.getLongVolatile(HEADER_USRLOC_LOST);
  }

  /** Whether usrloc has read its database. */
  public boolean usrlocLoaded() {
    return buffer.getIntVolatile(HEADER_USRLOC_LOADED) != 0;
  }
}
