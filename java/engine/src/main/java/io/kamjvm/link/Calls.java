// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import io.kamjvm.bridge.Frame;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes announced calls out of their frames and has them answered. */
final class Calls {
  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

  private record Paging(int generation, FrameRpc rpc) {}

  private final IntFunction<Frame> frames;
  private final int epoch;
  private final Functions functions;
  private final Couriers couriers;
  private final Replies replies;
  private final Executor engine;
  private final Map<Integer, Paging> paging = new HashMap<>();

  /**
   * @param frames the frame with an index; throws when there is none
   */
  Calls(
      final IntFunction<Frame> frames,
      final int epoch,
      final Functions functions,
      final Couriers couriers,
      final Replies replies,
      final Executor engine) {
    this.frames = frames;
    this.epoch = epoch;
    this.functions = functions;
    this.couriers = couriers;
    this.replies = replies;
    this.engine = engine;
  }

  /** {@code KW_EV_CALL}. */
  void called(final int index, final int generation) {
    final Frame frame = frames.apply(index);
    // whatever paged in this frame before has been left by its caller
    paging.remove(index);
    if (!frame.take(generation, epoch)) {
      LOG.debug("frame {}: its caller has given up already", index);
      return;
    }
    final CallRequest request;
    final Optional<Functions.Function> function;
    try {
      request = CallRequest.decode(frame.request());
      function = functions.find(request.function());
    } catch (final RuntimeException e) {
      LOG.error("frame {}: a call that can not be read; busy answer", index, e);
      frame.done(0);
      return;
    }
    if (function.isEmpty()) {
      LOG.error("frame {}: no function has the id {}; busy answer", index, request.function());
      frame.done(0);
    } else if (function.get() instanceof Functions.Rpc rpc) {
      command(frame, index, generation, rpc, request);
    } else if (function.get() instanceof Functions.Script script) {
      script(frame, script, request);
    }
  }

  private void script(
      final Frame frame, final Functions.Script script, final CallRequest request) {
    final FrameCall call =
        new FrameCall(frame, script.name(), request, couriers, replies, engine);
    Faults.contain(
        () -> script.body().call(call),
        e -> {
          LOG.error("{} failed; busy answer", script.name(), e);
          call.abort();
        });
  }

  private void command(
      final Frame frame,
      final int index,
      final int generation,
      final Functions.Rpc rpc,
      final CallRequest request) {
    final FrameRpc call = new FrameRpc(frame, rpc.name(), request.arguments());
    paging.put(index, new Paging(generation, call));
    Faults.contain(
        () -> rpc.body().call(call),
        e -> {
          LOG.error("{} failed", rpc.name(), e);
          call.abort();
        });
  }

  /** {@code KW_EV_RESUME}. */
  void resumed(final int index, final int generation) {
    final Frame frame = frames.apply(index);
    if (!frame.takeResumed(generation, epoch)) {
      paging.remove(index);
      return;
    }
    final Paging open = paging.get(index);
    if (open == null || open.generation() != generation) {
      LOG.error("frame {}: nobody waits for the results of a step", index);
      frame.done(0);
      return;
    }
    if (!open.rpc().resume()) {
      paging.remove(index);
    }
  }
}
