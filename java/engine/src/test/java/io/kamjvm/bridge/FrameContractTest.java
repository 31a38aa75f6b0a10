// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.bridge;

import static io.kamjvm.bridge.RegionLayout.*;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bridge.md section 2: the caller is C, the engine is played here. */
@Timeout(30)
final class FrameContractTest {
  private final WireRegion region = new WireRegion(2, 1);
  private final CheckedRing events = region.events();
  private final ExecutorService caller = Executors.newSingleThreadExecutor();

  /** What the event ring says about a frame. */
  record Announcement(int type, int frame, int generation, int epoch) {}

  @AfterEach
  void stop() {
    caller.shutdownNow();
  }

  @Test
  @DisplayName("A call is announced, taken, answered, and wakes its caller")
  void answered() {
    final Pointer frame = acquire();
    frame.setInt(FRAME_REQUEST_OFFSET, 4711);
    frame.setInt(FRAME_REQUEST_LENGTH_OFFSET, 4);
    assertThat(submit(frame, 5000)).isEqualTo(RING_OK);
    final CompletableFuture<Integer> answer = waiting(frame);

    assertThat(announced())
        .containsExactly(new Announcement(Messages.EV_CALL, FRAMES_PER_PROCESS, 1, 1));
    assertThat(Wire.LIBRARY.kw_frame_take(frame, 1, 1)).isEqualTo(1);
    assertThat(frame.getInt(FRAME_REQUEST_OFFSET)).isEqualTo(4711);
    frame.setInt(FRAME_RESPONSE_LENGTH_OFFSET, 8);
    assertThat(Wire.LIBRARY.kw_frame_answer(frame, FRAME_DONE)).isEqualTo(1);

    assertThat(answer.join()).isEqualTo(WAIT_DONE);
    Wire.LIBRARY.kw_frame_release(frame);
    assertThat(state(frame)).isEqualTo(FRAME_FREE);
  }

  @Test
  @DisplayName("A call may take a step in between")
  void step() {
    final Pointer frame = submitted(5000);
    final CompletableFuture<Integer> first = waiting(frame);
    announced();
    assertThat(Wire.LIBRARY.kw_frame_take(frame, 1, 1)).isEqualTo(1);
    assertThat(Wire.LIBRARY.kw_frame_answer(frame, FRAME_STEP)).isEqualTo(1);
    assertThat(first.join()).isEqualTo(WAIT_STEP);

    assertThat(Wire.LIBRARY.kw_frame_resume(region.base(), frame)).isEqualTo(RING_OK);
    final CompletableFuture<Integer> second = waiting(frame);
    assertThat(announced())
        .containsExactly(new Announcement(Messages.EV_RESUME, FRAMES_PER_PROCESS, 1, 1));
    assertThat(Wire.LIBRARY.kw_frame_take(frame, 1, 1)).isEqualTo(1);
    assertThat(Wire.LIBRARY.kw_frame_answer(frame, FRAME_DONE)).isEqualTo(1);
    assertThat(second.join()).isEqualTo(WAIT_DONE);
  }

  @Test
  @DisplayName("A call given up before it is taken: the engine lets go when it sees it")
  void abandonedUntaken() {
    final Pointer frame = submitted(1);
    assertThat(waiting(frame).join()).isEqualTo(WAIT_DEADLINE);
    assertThat(state(frame)).isEqualTo(FRAME_ABANDONED);

    assertThat(Wire.LIBRARY.kw_frame_take(frame, 1, 1)).isZero();
    assertThat(state(frame)).isEqualTo(FRAME_FREE);
  }

  @Test
  @DisplayName("A late answer finds the call given up and must be undone; the frame is free again")
  void lateAnswer() {
    final Pointer frame = submitted(1);
    assertThat(Wire.LIBRARY.kw_frame_take(frame, 1, 1)).isEqualTo(1);
    assertThat(waiting(frame).join()).isEqualTo(WAIT_DEADLINE);

    assertThat(Wire.LIBRARY.kw_frame_answer(frame, FRAME_DONE)).isZero();
    assertThat(state(frame)).isEqualTo(FRAME_FREE);
  }

  @Test
  @DisplayName("While a frame is ABANDONED its process uses another one")
  void abandonedIsNotReused() {
    final Pointer frame = submitted(1);
    Wire.LIBRARY.kw_frame_take(frame, 1, 1);
    assertThat(waiting(frame).join()).isEqualTo(WAIT_DEADLINE);

    assertThat(acquire()).isNotEqualTo(frame);
  }

  @Test
  @DisplayName("No heartbeat: whoever waits gives up, whoever comes is refused")
  void late() {
    final Pointer frame = submitted(20_000);
    region.stopBeating();
    final CompletableFuture<Integer> answer = waiting(frame);
    assertThat(answer.join()).isEqualTo(WAIT_LATE);
    assertThat(state(frame)).isEqualTo(FRAME_ABANDONED);

    assertThat(submit(acquire(), 5000)).isEqualTo(SUBMIT_REFUSED);
    region.beat();
    assertThat(submit(acquire(), 5000)).isEqualTo(RING_OK);
  }

  @Test
  @DisplayName("An old uncommitted change refuses new calls, but not the one who waits for it")
  void uncommitted() {
    final Pointer frame = submitted(150);
    region
        .buffer()
        .putLong(
            HEADER_OLDEST_UNCOMMITTED_NS,
            Wire.LIBRARY.kw_now_ns() - TimeUnit.MILLISECONDS.toNanos(UNCOMMITTED_LATE_MS + 1));

    assertThat(Wire.LIBRARY.kw_engine_serves(region.base(), Wire.LIBRARY.kw_now_ns())).isZero();
    assertThat(submit(acquire(), 5000)).isEqualTo(SUBMIT_REFUSED);
    assertThat(waiting(frame).join()).isEqualTo(WAIT_DEADLINE);
  }

  @Test
  @DisplayName("An engine that is not READY is not called")
  void notReady() {
    for (final int state : new int[] {ENGINE_DOWN, ENGINE_STARTING, ENGINE_FAILED}) {
      region.buffer().putInt(HEADER_ENGINE_STATE, state);
      final Pointer frame = acquire();
      assertThat(submit(frame, 5000)).isEqualTo(SUBMIT_REFUSED);
      assertThat(state(frame)).isEqualTo(FRAME_FREE);
    }
  }

  @Test
  @DisplayName("The engine dies: whoever waits gets a free frame back")
  void dead() {
    final Pointer frame = submitted(20_000);
    Wire.LIBRARY.kw_frame_take(frame, 1, 1);
    final CompletableFuture<Integer> answer = waiting(frame);
    region.buffer().putInt(HEADER_ENGINE_STATE, ENGINE_DOWN);
    region.buffer().putIntVolatile(HEADER_REAPED_EPOCH, 1);

    assertThat(answer.join()).isEqualTo(WAIT_DEAD);
    assertThat(state(frame)).isEqualTo(FRAME_FREE);
  }

  @Test
  @DisplayName("What the engine answered with its last breath counts")
  void lastBreath() {
    final Pointer frame = submitted(20_000);
    Wire.LIBRARY.kw_frame_take(frame, 1, 1);
    Wire.LIBRARY.kw_frame_answer(frame, FRAME_DONE);
    region.buffer().putIntVolatile(HEADER_REAPED_EPOCH, 1);

    assertThat(waiting(frame).join()).isEqualTo(WAIT_DONE);
  }

  @Test
  @DisplayName("A frame abandoned to a dead engine is used again once that engine is reaped")
  void reclaimed() {
    final List<Pointer> lost = new ArrayList<>();
    for (int i = 0; i < FRAMES_PER_PROCESS; i++) {
      final Pointer frame = submitted(0);
      assertThat(waiting(frame).join()).isEqualTo(WAIT_DEADLINE);
      lost.add(frame);
    }
    assertThat(acquireOrNull()).isNull();

    region.buffer().putInt(HEADER_EPOCH, 2);
    region.buffer().putIntVolatile(HEADER_REAPED_EPOCH, 1);
    final Pointer frame = acquire();
    assertThat(lost).contains(frame);
    assertThat(frame.getInt(FRAME_EPOCH_OFFSET)).isEqualTo(2);
    assertThat(frame.getInt(FRAME_GENERATION_OFFSET)).isEqualTo(2);
    assertThat(submit(frame, 5000)).isEqualTo(RING_OK);

    assertThat(Wire.LIBRARY.kw_frame_take(frame, 1, 1)).as("the old announcement").isZero();
    assertThat(state(frame)).isEqualTo(FRAME_REQUESTED);
    assertThat(Wire.LIBRARY.kw_frame_take(frame, 2, 2)).isEqualTo(1);
  }

  @Test
  @DisplayName("Calls nest four deep, and an outer frame is never given to an inner call")
  void nesting() {
    for (int i = 0; i < FRAMES_PER_PROCESS; i++) {
      final Pointer frame = submitted(20_000);
      Wire.LIBRARY.kw_frame_take(frame, 1, 1);
      Wire.LIBRARY.kw_frame_answer(frame, FRAME_STEP);
      assertThat(waiting(frame).join()).isEqualTo(WAIT_STEP);
    }
    assertThat(acquireOrNull()).isNull();
    region.buffer().putIntVolatile(HEADER_REAPED_EPOCH, 1);
    assertThat(acquireOrNull()).as("the outer calls are still open").isNull();
    assertThat(Wire.LIBRARY.kw_frame_acquire(region.base(), 0, 0)).isNotNull();
    assertThat(Wire.LIBRARY.kw_frame_acquire(region.base(), 2, 0)).as("no such process").isNull();
  }

  @Test
  @DisplayName("A full event ring refuses the call at once and is counted")
  void ringFull() {
    int said = 0;
    for (final int size : new int[] {60_000, 8}) {
      while (Wire.LIBRARY.kw_event_write(region.base(), 1, new byte[size], size) == RING_OK) {
        said++;
      }
    }
    assertThat(said).isGreaterThan(EVENTS_CAPACITY / 61_000);
    assertThat(region.buffer().getLong(HEADER_RING_FULL)).isEqualTo(2);
    final Pointer frame = acquire();

    assertThat(submit(frame, 5000)).isEqualTo(RING_FULL);
    assertThat(state(frame)).isEqualTo(FRAME_FREE);
    assertThat(region.buffer().getLong(HEADER_RING_FULL)).isEqualTo(3);
  }

  @Test
  @DisplayName("A step that can not be announced leaves the frame ABANDONED for the engine to find")
  void resumeRefused() {
    final Pointer frame = submitted(20_000);
    Wire.LIBRARY.kw_frame_take(frame, 1, 1);
    Wire.LIBRARY.kw_frame_answer(frame, FRAME_STEP);
    frame.setInt(FRAME_REQUEST_LENGTH_OFFSET, FRAME_AREA + 1);

    assertThat(Wire.LIBRARY.kw_frame_resume(region.base(), frame)).isEqualTo(RING_TOO_LONG);
    assertThat(state(frame)).isEqualTo(FRAME_ABANDONED);
  }

  @Test
  @DisplayName("An answer that claims more than the area holds is no answer")
  void impossibleAnswer() {
    final Pointer frame = submitted(20_000);
    Wire.LIBRARY.kw_frame_take(frame, 1, 1);
    frame.setInt(FRAME_RESPONSE_LENGTH_OFFSET, FRAME_AREA + 1);
    Wire.LIBRARY.kw_frame_answer(frame, FRAME_DONE);

    assertThat(waiting(frame).join()).isEqualTo(WAIT_BAD);
    assertThat(state(frame)).isEqualTo(FRAME_FREE);
  }

  @Test
  @DisplayName("The engine asleep is woken by a call")
  void wakesEngine() {
    region.buffer().putIntVolatile(HEADER_ENGINE_SLEEPING, 1);
    submitted(5000);
    assertThat(region.buffer().getIntVolatile(HEADER_ENGINE_SLEEPING)).isZero();
  }

  private Pointer acquireOrNull() {
    return Wire.LIBRARY.kw_frame_acquire(region.base(), 1, 0);
  }

  private Pointer acquire() {
    final Pointer frame = acquireOrNull();
    assertThat(frame).isNotNull();
    return frame;
  }

  private int submit(final Pointer frame, final long patienceMillis) {
    return Wire.LIBRARY.kw_frame_submit(
        region.base(),
        frame,
        Wire.LIBRARY.kw_now_ns() + TimeUnit.MILLISECONDS.toNanos(patienceMillis));
  }

  private Pointer submitted(final long patienceMillis) {
    final Pointer frame = acquire();
    assertThat(submit(frame, patienceMillis)).isEqualTo(RING_OK);
    return frame;
  }

  private CompletableFuture<Integer> waiting(final Pointer frame) {
    return CompletableFuture.supplyAsync(
        () -> Wire.LIBRARY.kw_frame_wait(region.base(), frame, 20_000), caller);
  }

  private static int state(final Pointer frame) {
    return frame.getInt(FRAME_STATE_OFFSET);
  }

  private List<Announcement> announced() {
    final List<Announcement> announced = new ArrayList<>();
    events.read(
        (type, buffer, index, length) -> {
          assertThat(length).isEqualTo(16);
          announced.add(
              new Announcement(
                  type, buffer.getInt(index), buffer.getInt(index + 4), buffer.getInt(index + 8)));
        },
        10);
    return announced;
  }
}
