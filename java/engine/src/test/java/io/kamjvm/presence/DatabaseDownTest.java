// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.noted;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The database is away for half a minute. */
class DatabaseDownTest {
  private static final int SECONDS = 30;

  static List<StorageMode> modes() {
    return StorageMode.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  @DisplayName("busy answers or none, nothing acknowledged is lost, it goes on without a restart")
  void down(final StorageMode mode) {
    final World world = mode.world().start();
    final List<String> acknowledged = new ArrayList<>();
    final List<FakeCall> calls = new ArrayList<>();
    world.subscribe(subscribe().callId("first"));
    send(world, "before", acknowledged, calls);
    world.store.unavailable = true;
    for (int second = 0; second < SECONDS; second++) {
      send(world, "down" + second, acknowledged, calls);
      final FakeCall watch =
          world.call("handle_subscribe", Optional.of(subscribe().callId("w" + second).build()));
      world.settle();
      calls.add(watch);
      world.advance(1);
      // a timer per dialog and document, and a few for those who try again
      assertThat(world.pendingTimers()).isLessThan(3 * SECONDS + 20);
    }
    world.store.unavailable = false;
    world.advance(15);
    assertThat(calls)
        .allMatch(FakeCall::ended)
        .allMatch(c -> c.busy || c.replies.get(0).code() == 200);
    send(world, "after", acknowledged, calls);
    assertThat(acknowledged).contains("before", "after");
    world.subscribe(subscribe().callId("fetch").expires(0));
    world.advance(1);
    assertThat(world.peers.last().state()).startsWith("terminated");
    for (final String note : acknowledged) {
      assertThat(world.peers.last().body()).contains("<note>" + note + "</note>");
    }
    assertThat(world.store.depth()).isZero();
  }

  private static void send(
      final World world,
      final String note,
      final List<String> acknowledged,
      final List<FakeCall> calls) {
    final FakeCall call =
        world.call(
            "handle_publish",
            Optional.of(publish().callId(note).body(noted("t-" + note, note)).build()));
    world.settle();
    calls.add(call);
    if (!call.busy) {
      assertThat(call.code()).isEqualTo(200);
      acknowledged.add(note);
    }
  }
}
