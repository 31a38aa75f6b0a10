// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RegionLayout.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A region that C laid out, with callers and couriers in C and the engine's own classes. */
@Timeout(30)
final class RegionContractTest {
  private final WireRegion wire = new WireRegion(2, 2);
  private final Region region = new Region(wire.memory(), new WireFutex(wire.buffer()));
  private final Heard heard = new Heard();
  private final EventRing events = region.events(heard);

  /** Notes what the event ring says. */
  private static final class Heard implements EventSink {
    private final List<String> said = new ArrayList<>();

    @Override
    public void called(final int frame, final int generation) {
      said.add("called " + frame + " " + generation);
    }

    @Override
    public void resumed(final int frame, final int generation) {
      said.add("resumed " + frame + " " + generation);
    }

    @Override
    public void sent(final long id, final TlvReader fields) {
      said.add("sent " + id);
    }

    @Override
    public void completed(final long id, final TlvReader fields) {
      said.add("completed " + id);
    }

    @Override
    public void replied(final long id, final TlvReader fields) {
      said.add("replied " + id);
    }

    @Override
    public void usrloc(final TlvReader fields) {
      said.add("usrloc");
    }

    @Override
    public void usrlocRead(final long id, final TlvReader fields) {
      said.add("usrloc read " + id);
    }

    @Override
    public void courierReady(final int courier) {
      said.add("courier " + courier);
    }

    @Override
    public void malformed(final int type, final int length) {
      said.add("malformed " + type);
    }
  }

  @Test
  @DisplayName("A caller in C talks with the engine's frame in Java, a step in between")
  void conversation() {
    final Pointer caller = Wire.LIBRARY.kw_frame_acquire(wire.base(), 1, 0);
    caller.setInt(FRAME_REQUEST_LENGTH_OFFSET, request(caller, "INVITE"));
    assertThat(Wire.LIBRARY.kw_frame_submit(wire.base(), caller, inSeconds(10))).isEqualTo(RING_OK);
    final CompletableFuture<Integer> first = waitAsleep(caller);

    assertThat(events.poll(10)).isEqualTo(1);
    assertThat(heard.said).containsExactly("called 4 1");
    final Frame frame = region.frame(4);
    assertThat(frame.take(1, 1)).isTrue();
    final TlvReader request = frame.request();
    assertThat(request.next()).isTrue();
    assertThat(request.string()).isEqualTo("INVITE");
    assertThat(frame.step(0)).isTrue();
    assertThat(first.join()).isEqualTo(WAIT_STEP);

    assertThat(Wire.LIBRARY.kw_frame_resume(wire.base(), caller)).isEqualTo(RING_OK);
    final CompletableFuture<Integer> second = waitAsleep(caller);
    assertThat(events.poll(10)).isEqualTo(1);
    assertThat(heard.said).last().isEqualTo("resumed 4 1");
    final Frame again = region.frame(4);
    assertThat(again.takeResumed(1, 1)).isTrue();
    final TlvWriter response = again.response();
    response.integer(Messages.T_RETURN, -1);
    assertThat(again.done(response.length())).isTrue();

    assertThat(second.join()).isEqualTo(WAIT_DONE);
    assertThat(caller.getInt(FRAME_RESPONSE_LENGTH_OFFSET)).isEqualTo(16);
    assertThat(caller.getLong(FRAME_RESPONSE_OFFSET + 8)).isEqualTo(-1);
  }

  @Test
  @DisplayName("The engine finds that its caller has given up, and the frame is free again")
  void givenUp() {
    final Pointer caller = Wire.LIBRARY.kw_frame_acquire(wire.base(), 0, 0);
    Wire.LIBRARY.kw_frame_submit(wire.base(), caller, inSeconds(10));
    events.poll(10);
    final Frame frame = region.frame(0);
    assertThat(frame.take(1, 1)).isTrue();
    caller.setLong(FRAME_DEADLINE_NS_OFFSET, 0);
    assertThat(Wire.LIBRARY.kw_frame_wait(wire.base(), caller, 0)).isEqualTo(WAIT_DEADLINE);

    assertThat(frame.done(0)).isFalse();
    assertThat(caller.getInt(FRAME_STATE_OFFSET)).isEqualTo(FRAME_FREE);
  }

  @Test
  @DisplayName("Commands reach the courier in C once it has acknowledged the epoch, not before")
  void commands() {
    final CommandRing commands = region.courier(1);
    final WireRing ring = wire.commands(1);
    TlvWriter fields = commands.fields();
    fields.string(Messages.T_METHOD, "NOTIFY");
    assertThat(commands.write(Messages.CMD_REQUEST, 77, fields.length())).isFalse();

    Wire.LIBRARY.kw_spsc_reset(ring.struct());
    final int block = ring.buffer().wrapAdjustment() - COURIER_HEADER;
    wire.buffer().putIntVolatile(block + COURIER_ACKED_EPOCH, 1);
    fields = commands.fields();
    fields.string(Messages.T_METHOD, "NOTIFY");
    assertThat(commands.write(Messages.CMD_REQUEST, 77, fields.length())).isTrue();

    final List<byte[]> got = new ArrayList<>();
    assertThat(
            Wire.LIBRARY.kw_spsc_read(
                ring.struct(),
                (type, data, length, arg) -> got.add(data.getByteArray(0, length)),
                null,
                10))
        .isEqualTo(1);
    final UnsafeBuffer command = new UnsafeBuffer(got.get(0));
    assertThat(command.getInt(0)).isEqualTo(1);
    assertThat(command.getLong(8)).isEqualTo(77);
    final TlvReader reader = new TlvReader(command, 16, command.capacity() - 16);
    assertThat(reader.next()).isTrue();
    assertThat(reader.string()).isEqualTo("NOTIFY");
  }

  @Test
  @DisplayName("What another epoch said, and what says nothing known, is not acted on")
  void strangers() {
    Wire.LIBRARY.kw_event_write(
        wire.base(), Messages.EV_COURIER, new byte[] {1, 0, 0, 0, 1, 0, 0, 0}, 8);
    Wire.LIBRARY.kw_event_write(
        wire.base(), Messages.EV_COURIER, new byte[] {9, 0, 0, 0, 1, 0, 0, 0}, 8);
    Wire.LIBRARY.kw_event_write(wire.base(), Messages.EV_CALL, new byte[7], 7);
    Wire.LIBRARY.kw_event_write(wire.base(), Messages.EV_SENT, new byte[15], 15);
    Wire.LIBRARY.kw_event_write(wire.base(), 4711, new byte[0], 0);

    events.poll(10);

    assertThat(heard.said)
        .containsExactly("courier 1", "malformed 1", "malformed 3", "malformed 4711");
  }

  @Test
  @DisplayName("A frame or courier that does not exist is refused")
  void bounds() {
    assertThatThrownBy(() -> region.frame(8)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> region.frame(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> region.courier(2)).isInstanceOf(IllegalArgumentException.class);
  }

  private static int request(final Pointer frame, final String method) {
    final UnsafeBuffer area = new UnsafeBuffer(new byte[100]);
    final TlvWriter writer = new TlvWriter(area, 0, 100);
    writer.string(Messages.T_METHOD, method);
    frame.write(FRAME_REQUEST_OFFSET, area.byteArray(), 0, writer.length());
    return writer.length();
  }

  private static long inSeconds(final int seconds) {
    return Wire.LIBRARY.kw_now_ns() + TimeUnit.SECONDS.toNanos(seconds);
  }

  /** Waits in C without spinning, and is asleep in the kernel or about to be. */
  private CompletableFuture<Integer> waitAsleep(final Pointer frame) {
    final CompletableFuture<Integer> result =
        CompletableFuture.supplyAsync(() -> Wire.LIBRARY.kw_frame_wait(wire.base(), frame, 0));
    final int flag =
        (int) (Pointer.nativeValue(frame) - wire.buffer().addressOffset())
            + FRAME_CALLER_SLEEPING_OFFSET;
    while (wire.buffer().getIntVolatile(flag) == 0 && !result.isDone()) {
      Thread.onSpinWait();
    }
    return result;
  }
}
