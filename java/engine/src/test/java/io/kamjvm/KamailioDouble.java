// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import static io.kamjvm.bridge.Messages.*;
import static io.kamjvm.bridge.RegionLayout.*;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.kamjvm.bridge.Futex;
import io.kamjvm.bridge.Region;
import io.kamjvm.bridge.TlvReader;
import io.kamjvm.bridge.TlvWriter;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Kamailio's side of a region, played with the C code that Kamailio's processes run: couriers 0
 * (replies), 1 (requests) and 2 (slow).
 */
final class KamailioDouble {
  static final int REPLY = 0;
  static final int REQUEST = 1;
  static final int SLOW = 2;

  private static final int PROCESSES = 4;
  private static final int COURIERS = 3;
  private static final WireLibrary WIRE = WireLibrary.load();

  /** How a call ended: one of {@code WAIT_*} or {@code SUBMIT_REFUSED}, and what was answered. */
  record Outcome(int status, List<Field> fields) {
    List<Field> all(final int tag) {
      return fields.stream().filter(f -> f.tag() == tag).toList();
    }

    boolean has(final int tag) {
      return !all(tag).isEmpty();
    }

    long number(final int tag) {
      return all(tag).get(0).number();
    }

    String text(final int tag) {
      return all(tag).get(0).text();
    }
  }

  /** A field of an answer or command. */
  record Field(int tag, byte[] bytes) {
    long number() {
      return new UnsafeBuffer(bytes).getLong(0, ByteOrder.nativeOrder());
    }

    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    List<Field> nested() {
      return fields(new TlvReader(new UnsafeBuffer(bytes), 0, bytes.length));
    }
  }

  /** What a courier was told. */
  record Command(int type, int epoch, long id, List<Field> fields) {
    Field field(final int tag) {
      return fields.stream().filter(f -> f.tag() == tag).findFirst().orElseThrow();
    }

    boolean has(final int tag) {
      return fields.stream().anyMatch(f -> f.tag() == tag);
    }
  }

  private final Memory memory;
  private final Pointer base;
  private final UnsafeBuffer words;
  private final AtomicInteger waits = new AtomicInteger();
  private final Futex futex =
      new Futex() {
        @Override
        public int await(final long offset, final int expected, final long timeoutNanos) {
          waits.incrementAndGet();
          return WIRE.kw_futex_wait(base.share(offset), expected, timeoutNanos);
        }

        @Override
        public int wake(final long offset, final int count) {
          return WIRE.kw_futex_wake(base.share(offset), count);
        }
      };

  KamailioDouble() {
    final long length = WIRE.kw_region_length(PROCESSES, COURIERS);
    memory = new Memory(length + PAGE);
    memory.clear();
    final Memory aligned = memory.align(PAGE);
    base = aligned.share(0, length);
    WIRE.kw_region_init(base, PROCESSES, COURIERS);
    words = new UnsafeBuffer(base.getByteBuffer(0, length));
    words.putInt(HEADER_EPOCH, 1);
    words.putInt(HEADER_ENGINE_STATE, ENGINE_STARTING);
    lane(REPLY, LANE_REPLY);
    lane(REQUEST, LANE_REQUEST);
    lane(SLOW, LANE_SLOW);
  }

  private void lane(final int courier, final int lane) {
    WIRE.kw_courier(base, courier).setInt(COURIER_LANE, lane);
  }

  Region region() {
    return new Region(base.getByteBuffer(0, words.capacity()), futex);
  }

  /** Writes the config section. */
  void config(final Consumer<TlvWriter> content) {
    final TlvWriter writer =
        new TlvWriter(words, (int) words.getLong(HEADER_CONFIG_OFFSET), CONFIG_CAPACITY);
    content.accept(writer);
    words.putInt(HEADER_CONFIG_LENGTH, writer.length());
  }

  List<Field> manifest() {
    return fields(
        new TlvReader(
            words,
            (int) words.getLong(HEADER_MANIFEST_OFFSET),
            words.getInt(HEADER_MANIFEST_LENGTH)));
  }

  int state() {
    return words.getIntVolatile(HEADER_ENGINE_STATE);
  }

  int progress() {
    return words.getIntVolatile(HEADER_START_PROGRESS);
  }

  long oldestUncommitted() {
    return words.getLongVolatile(HEADER_OLDEST_UNCOMMITTED_NS);
  }

  boolean serves() {
    return WIRE.kw_engine_serves(base, WIRE.kw_now_ns()) != 0;
  }

  /** How often the engine has gone to sleep. */
  int waits() {
    return waits.get();
  }

  long now() {
    return WIRE.kw_now_ns();
  }

  String failure() {
    final byte[] text = new byte[words.getInt(HEADER_FAILURE_LENGTH)];
    words.getBytes(HEADER_FAILURE, text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** What the keeper does. */
  void requestStop() {
    words.putIntVolatile(HEADER_STOP_REQUESTED, 1);
    WIRE.kw_wake_if_sleeping(base.share(HEADER_ENGINE_SLEEPING));
  }

  /** State of the first frame of a process. */
  int frameState(final int process) {
    return words.getIntVolatile(
        (int) words.getLong(HEADER_FRAMES_OFFSET) + process * FRAMES_PER_PROCESS * FRAME_STRIDE);
  }

  /** What a worker writes into its frame when it has done a step. */
  volatile Consumer<TlvWriter> stepResults = fields -> {};

  /** usrloc has read its database. */
  void usrlocLoads() {
    words.putIntVolatile(HEADER_USRLOC_LOADED, 1);
  }

  /** A change of the location table could not be told. */
  void usrlocLoses() {
    words.getAndAddLong(HEADER_USRLOC_LOST, 1);
  }

  /** Calls and waits for the end; steps are printed and resumed. */
  Outcome call(final int process, final long timeoutMillis, final Consumer<TlvWriter> request) {
    final Pointer frame = WIRE.kw_frame_acquire(base, process, 0);
    if (frame == null) {
      throw new IllegalStateException("process " + process + " has no free frame");
    }
    final UnsafeBuffer area = new UnsafeBuffer(frame.getByteBuffer(0, FRAME_STRIDE));
    final TlvWriter writer = new TlvWriter(area, FRAME_REQUEST_OFFSET, FRAME_AREA);
    request.accept(writer);
    frame.setInt(FRAME_REQUEST_LENGTH_OFFSET, writer.length());
    final long deadline = WIRE.kw_now_ns() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    int status = WIRE.kw_frame_submit(base, frame, deadline);
    if (status != RING_OK) {
      return new Outcome(status, List.of());
    }
    final List<Field> fields = new ArrayList<>();
    status = WIRE.kw_frame_wait(base, frame, 0);
    while (status == WAIT_STEP) {
      fields.addAll(response(frame, area));
      final TlvWriter results = new TlvWriter(area, FRAME_REQUEST_OFFSET, FRAME_AREA);
      stepResults.accept(results);
      frame.setInt(FRAME_REQUEST_LENGTH_OFFSET, results.length());
      WIRE.kw_frame_resume(base, frame);
      status = WIRE.kw_frame_wait(base, frame, 0);
    }
    if (status == WAIT_DONE) {
      fields.addAll(response(frame, area));
      WIRE.kw_frame_release(frame);
    }
    return new Outcome(status, fields);
  }

  private static List<Field> response(final Pointer frame, final UnsafeBuffer area) {
    return fields(
        new TlvReader(area, FRAME_RESPONSE_OFFSET, frame.getInt(FRAME_RESPONSE_LENGTH_OFFSET)));
  }

  /** A courier begins to serve this epoch, as it does when it notices a new engine. */
  void courierServes(final int courier) {
    WIRE.kw_spsc_reset(ring(courier));
    WIRE.kw_courier(base, courier)
        .getByteBuffer(0, COURIER_HEADER)
        .order(ByteOrder.nativeOrder())
        .putInt(COURIER_ACKED_EPOCH, 1);
    final UnsafeBuffer event = new UnsafeBuffer(new byte[8]);
    event.putInt(0, 1);
    event.putInt(4, courier);
    say(EV_COURIER, event.byteArray());
  }

  /** What a courier finds in its ring. */
  List<Command> commands(final int courier) {
    final List<Command> commands = new ArrayList<>();
    WIRE.kw_spsc_read(
        ring(courier),
        (type, data, length, argument) -> {
          final UnsafeBuffer bytes = new UnsafeBuffer(data.getByteArray(0, length));
          commands.add(
              new Command(
                  type,
                  bytes.getInt(0),
                  bytes.getLong(8),
                  fields(new TlvReader(bytes, 16, length - 16))));
        },
        Pointer.NULL,
        100_000);
    return commands;
  }

  private Pointer ring(final int courier) {
    final Memory ring = new Memory(16);
    ring.setPointer(0, WIRE.kw_courier_ring(base, courier));
    ring.setInt(8, COMMANDS_CAPACITY);
    return ring;
  }

  /** Reports a result of a command. */
  void result(final int type, final long id, final Consumer<TlvWriter> content) {
    final UnsafeBuffer bytes = new UnsafeBuffer(new byte[4096]);
    bytes.putInt(0, 1);
    bytes.putLong(8, id);
    final TlvWriter writer = new TlvWriter(bytes, 16, 4080);
    content.accept(writer);
    final byte[] event = new byte[16 + writer.length()];
    bytes.getBytes(0, event);
    say(type, event);
  }

  void sent(final long id, final long cseq) {
    result(
        EV_SENT,
        id,
        fields -> {
          fields.integer(T_STATUS, STATUS_SENT);
          fields.integer(T_CSEQ, cseq);
          fields.integer(T_MICROS, 40);
        });
  }

  void completed(final long id, final int code) {
    result(
        EV_COMPLETED,
        id,
        fields -> {
          fields.integer(T_CODE, code);
          fields.string(T_TEXT, "reason");
        });
  }

  /** As {@link #completed(long, int)}, after an event route that has set an XAVP. */
  void completed(final long id, final int code, final String xavp, final long number) {
    result(
        EV_COMPLETED,
        id,
        fields -> {
          fields.integer(T_CODE, code);
          fields.string(T_TEXT, "reason");
          final int mark = fields.begin(T_XAVP);
          fields.string(T_NAME, xavp);
          fields.integer(T_NUMBER, number);
          fields.end(mark);
        });
  }

  void replied(final long id, final int status) {
    result(EV_REPLIED, id, fields -> fields.integer(T_STATUS, status));
  }

  /** Any event; RING_OK or why not. */
  int say(final int type, final byte[] data) {
    return WIRE.kw_event_write(base, type, data, data.length);
  }

  private static List<Field> fields(final TlvReader reader) {
    final List<Field> fields = new ArrayList<>();
    while (reader.next()) {
      fields.add(new Field(reader.tag(), reader.bytes()));
    }
    return fields;
  }
}
