// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.b2b.B2bWorld.Sent;
import io.kamjvm.kamailio.FinalReply;
import io.kamjvm.storage.MemoryRecoveryLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Replies, NOTIFYs, time and orders in any order. A failing seed is named; {@code
 * KAMJVM_B2B_SEED=17} plays it alone.
 */
class StateMachineTest {
  private static final int SEEDS = 1_500;
  private static final int STEPS = 60;
  private static final long MIN_RESUBSCRIBE = 5_000;

  @Test
  @DisplayName("Whatever happens in whatever order, no state is illegal and nothing is left behind")
  void anyOrder() {
    final Optional<String> alone = Optional.ofNullable(System.getenv("KAMJVM_B2B_SEED"));
    if (alone.isPresent()) {
      new Run(Long.parseLong(alone.get())).play();
      return;
    }
    final long fresh = System.nanoTime() & 0xffff_ffffL;
    for (int i = 0; i < SEEDS; i++) {
      final long seed = i < SEEDS - 100 ? i : fresh + i;
      try {
        new Run(seed).play();
      } catch (final RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** One seed. */
  private static final class Run {
    private final Random random;
    private final B2bWorld world;
    private final List<Sent> open = new ArrayList<>();
    private final List<Sent> all = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();
    private long cseq;

    Run(final long seed) {
      random = new Random(seed);
      world = new B2bWorld();
      world.random = new Random(seed + 1);
      if (random.nextBoolean()) {
        world.param("max_subscribe_delay", 7);
      }
      if (random.nextBoolean()) {
        world.beside();
      }
      if (random.nextBoolean()) {
        world.param("retry_after_reject", 9);
      }
      world.start();
    }

    void play() {
      for (int i = 0; i < 1 + random.nextInt(3); i++) {
        ids.add(
            world
                .command("subscribe", "sip:u" + i + "@192.0.2.9", B2bWorld.ALICE)
                .structs
                .get(0)
                .get("id")
                .toString());
      }
      for (int i = 0; i < STEPS; i++) {
        step();
        collect();
        legal();
      }
      ids.forEach(id -> world.command("unsubscribe", id));
      for (int i = 0; i < 10; i++) {
        world.advance(70);
        collect();
      }
      assertThat(world.command("list").structs).isEmpty();
      assertThat(world.timers()).as("timers").isZero();
      assertThat(((MemoryRecoveryLog) world.log).size()).as("notes").isZero();
      assertThat(world.command("stats").structs.get(0))
          .containsEntry("destroyed", world.command("stats").structs.get(0).get("created"));
      rhythm();
    }

    private void collect() {
      final List<Sent> sent = world.take();
      open.addAll(sent);
      all.addAll(sent);
    }

    private void step() {
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> reply();
        case 3, 4, 5 -> notifySomething();
        case 6, 7 -> world.advanceMillis(random.nextInt(20_000));
        case 8 ->
            world.command(
                random.nextInt(4) == 0 ? "unsubscribe" : "refresh",
                ids.get(random.nextInt(ids.size())));
        default -> world.advanceMillis(random.nextInt(400));
      }
    }

    private void reply() {
      if (open.isEmpty()) {
        return;
      }
      final Sent request = open.remove(random.nextInt(open.size()));
      final List<FinalReply> possible =
          List.of(
              B2bWorld.accepted(request, Integer.toString(random.nextInt(40))),
              B2bWorld.accepted(request, "60"),
              B2bWorld.accepted(request, ""),
              B2bWorld.refusal(404),
              B2bWorld.refusal(481),
              B2bWorld.tooBrief("120"),
              B2bWorld.challenge(401, "Digest realm=\"r\", nonce=\"n\""),
              B2bWorld.reply(302, Optional.empty(), Optional.of("sip:e@192.0.2.8"), ""),
              B2bWorld.reply(302, Optional.empty(), Optional.empty(), ""),
              FinalReply.silence("Request Timeout"));
      world.answer(request, possible.get(random.nextInt(possible.size())));
    }

    private void notifySomething() {
      if (all.isEmpty()) {
        return;
      }
      final Sent request = all.get(random.nextInt(all.size()));
      final List<String> states =
          List.of(
              "active;expires=60",
              "active;expires=7",
              "active",
              "pending",
              "terminated;reason=deactivated",
              "terminated;reason=rejected",
              "terminated;reason=probation;retry-after=3",
              "terminated",
              "");
      final Notifying notifying = world.notifying(request).cseq(++cseq);
      if (random.nextBoolean()) {
        notifying.pidf(random.nextBoolean() ? "open" : "closed");
      }
      if (random.nextInt(5) == 0) {
        notifying.tag("fork");
      }
      assertThat(notifying.say(states.get(random.nextInt(states.size()))).returned()).isIn(1, -1);
    }

    /** One timer per client at most, none where nothing is to come, and states that exist. */
    private void legal() {
      final List<java.util.Map<String, Object>> listed = world.command("list").structs;
      listed.forEach(
          fields -> {
            assertThat(fields.get("state").toString()).isIn(EuacState.TITLES);
            assertThat(fields.get("state")).isNotEqualTo("destroyed");
            final boolean dialog = !fields.get("callid").toString().isEmpty();
            assertThat(dialog).isEqualTo(!fields.get("state").equals("waiting"));
            if (fields.get("state").equals("confirmed")) {
              assertThat(fields.get("rtag").toString()).isNotEmpty();
            }
          });
      final long running =
          listed.stream().filter(fields -> (long) fields.get("next_in") >= 0).count();
      // the feed has one of its own while the presence server is busy, which here it never is
      assertThat(world.timers()).isEqualTo(running);
    }

    /** No CSeq twice in a dialog. */
    private void rhythm() {
      assertThat(all).extracting(s -> s.callId() + " " + s.cseq()).doesNotHaveDuplicates();
    }
  }

  @Test
  @DisplayName("Renewals are min_resubscribe_time apart, whatever is granted")
  void minResubscribeTime() {
    for (int seed = 0; seed < 50; seed++) {
      final Random random = new Random(seed);
      final B2bWorld world = new B2bWorld().start();
      world.subscribe();
      long before = world.last().atMillis();
      for (int i = 0; i < 20; i++) {
        world.accept(world.only(), random.nextInt(30));
        while (world.sent.isEmpty()) {
          world.advanceMillis(10);
        }
        assertThat(world.last().atMillis() - before).isGreaterThanOrEqualTo(MIN_RESUBSCRIBE);
        before = world.last().atMillis();
      }
    }
  }

  @Test
  @DisplayName("The table knows every state and leads to legal ones")
  void table() {
    for (final Class<?> state : EuacState.class.getPermittedSubclasses()) {
      for (final Class<?> event : EuacEvent.class.getPermittedSubclasses()) {
        assertThat(
                Transitions.targets(
                    state.asSubclass(EuacState.class), event.asSubclass(EuacEvent.class)))
            .isNotEmpty();
      }
    }
    assertThat(EuacState.class.getPermittedSubclasses()).hasSize(EuacState.TITLES.size());
    assertThat(new EuacState.WaitingForTermination(() -> {}).title())
        .isEqualTo("waiting_for_termination");
  }
}
