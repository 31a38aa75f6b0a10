// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import io.kamjvm.bridge.Frame;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes announced calls out of their frames and has them answered. */
final class Calls {
  private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

  /** A call that may take steps. */
  interface Stepping {

    /** The caller has done a step; its frame is taken again. */
    void resume();
  }

  /** A call whose frame was not answered in the turn that took it. */
  private record Open(int generation, Frame frame, Stepping call) {}

  private final IntFunction<Frame> frames;
  private final int epoch;
  private final Functions functions;
  private final Couriers couriers;
  private final Replies replies;
  private final Executor engine;
  private final Map<Integer, Open> open = new HashMap<>();

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
      return;
    }
    final Stepping call = run(frame, function.get(), request);
    if (!frame.ended()) {
      open.put(index, new Open(generation, frame, call));
    }
  }

  private Stepping run(
      final Frame frame, final Functions.Function function, final CallRequest request) {
    if (function instanceof Functions.Script script) {
      final FrameCall call =
          new FrameCall(frame, script.name(), request, couriers, replies, engine);
      Faults.contain(
          () -> script.body().call(call),
          e -> {
            LOG.error("{} failed; busy answer", script.name(), e);
            call.abort();
          });
      return call;
    }
    final Functions.Rpc rpc = (Functions.Rpc) function;
    final FrameRpc call = new FrameRpc(frame, rpc.name(), request.arguments());
    Faults.contain(
        () -> rpc.body().call(call),
        e -> {
          LOG.error("{} failed", rpc.name(), e);
          call.abort();
        });
    return call;
  }

  /** {@code KW_EV_RESUME}. */
  void resumed(final int index, final int generation) {
    final Open call = open.get(index);
    if (call == null || call.generation() != generation) {
      LOG.debug("frame {}: nobody waits for the results of a step", index);
      return;
    }
    if (call.frame().takeResumed(generation, epoch)) {
      Faults.contain(
          call.call()::resume,
          e -> {
            LOG.error("frame {}: a step failed; busy answer", index, e);
            call.frame().done(0);
          });
    }
    if (call.frame().ended()) {
      open.remove(index);
    }
  }

  /** Gives frames back whose callers did not wait for the answer. */
  void reclaim() {
    for (final Iterator<Open> calls = open.values().iterator(); calls.hasNext(); ) {
      final Frame frame = calls.next().frame();
      if (frame.reclaim() || frame.ended()) {
        calls.remove();
      }
    }
  }

  /** Calls that are not answered yet. */
  int open() {
    return open.size();
  }
}
