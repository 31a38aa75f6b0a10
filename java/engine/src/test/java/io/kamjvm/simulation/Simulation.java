// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import io.kamjvm.presence.SimulatedTables;
import io.kamjvm.simulation.PublishAttempt.Kind;
import io.kamjvm.simulation.Resource.Aggregation;
import io.kamjvm.simulation.Resource.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The whole presence server in one thread under virtual time, used by publishers and watchers and
 * beset by faults as one seed has it. {@link Resource} and {@link Dialog} know what was
 * acknowledged and object when the server does anything else.
 */
final class Simulation {
  /** Tables do not tell which of two documents of a second is the newer. */
  private static final long CALM_STEP_MILLIS = 1_000;

  /** Nobody sets a clock more often. */
  private static final long CLOCK_REST_MILLIS = 10_000;

  private static final String MIXED = "presence";

  private final Scenario scenario;
  private final VirtualTime time = new VirtualTime();
  private final Dice dice;
  private final Bystander bystander;
  private final Network network;
  private final SimulatedServer server;
  private final Restart restart;
  private final List<Resource> resources = new ArrayList<>();
  private long lastJump = -CLOCK_REST_MILLIS;
  private long serials;
  private long dialogs;

  Simulation(final Scenario scenario, final boolean tracing, final boolean recording) {
    this.scenario = scenario;
    this.dice = new Dice(scenario.seed());
    this.bystander = new Bystander(time, tracing, recording);
    final Dice fate = new Dice(scenario.seed() ^ 0x5DEECE66DL);
    this.network = new Network(time, fate, bystander, scenario.mutation());
    this.server = new SimulatedServer(time, fate, network, scenario.storage(), scenario.mutation());
    this.restart = new Restart(bystander, scenario.storage(), server);
    final boolean ordered = scenario.storage().publCache() != 0;
    for (final String user : List.of("ann", "bob")) {
      resources.add(new Resource(user, MIXED, Aggregation.ALL, ordered));
      resources.add(new Resource(user, "message-summary", Aggregation.NEWEST, ordered));
    }
    if (!scenario.faults() || scenario.storage().subsDbMode() != 3) {
      // there a state that waits for the database may still reach a watcher who came later
      resources.add(new Resource("ann", EveryStatePackage.NAME, Aggregation.NEWEST, ordered));
    }
    if (scenario.faults()) {
      mood();
    }
  }

  /** Runs it and returns the one who watched. */
  Bystander run() {
    for (final Resource resource : resources) {
      final int watchers = 1 + dice.below(3);
      for (int i = 0; i < watchers; i++) {
        watch(resource, false, 3_600);
      }
    }
    if (!scenario.faults()) {
      server.pass(CALM_STEP_MILLIS);
    }
    for (int step = 0; step < scenario.steps(); step++) {
      final int number = step;
      bystander.note(() -> "--- step " + number);
      bystander.nextStep();
      step();
      if (scenario.faults()) {
        pass();
      } else {
        server.pass(CALM_STEP_MILLIS);
      }
    }
    new Rest(scenario, bystander, server, network, resources).look();
    return bystander;
  }

  List<String> trace() {
    return bystander.trace();
  }

  private void pass() {
    final int length = dice.below(100);
    server.pass(
        length < 50
            ? 0
            : length < 85 ? dice.between(1, 400) : length < 99 ? dice.between(400, 8_000) : 60_000);
  }

  private void step() {
    final int what = dice.below(100);
    if (what < 34) {
      publish(dice.pick(resources));
    } else if (what < 44) {
      watch(dice.pick(resources), false, length());
    } else if (what < 60) {
      again(false);
    } else if (what < 66) {
      again(true);
    } else if (what < 70) {
      retransmit();
    } else if (what < 74) {
      fetch(dice.pick(resources));
    } else if (what < 79) {
      watch(resources.get(dice.below(2) * 2), true, length());
    } else {
      weather(what);
    }
  }

  /** A long time, or a short one. */
  private long length() {
    return !scenario.faults() || dice.chance(0.5) ? 3_600 : dice.between(1, 300);
  }

  // --- what the weather is like

  private void weather(final int what) {
    if (!scenario.faults()) {
      server.pass(dice.between(1, 3) * 1_000);
    } else if (what < 85) {
      mood();
    } else if (what < 90) {
      database();
    } else if (what < 92) {
      crash();
    } else if (what == 92) {
      jump();
    } else {
      server.pass(dice.between(0, 20));
    }
  }

  private void mood() {
    network.trouble = dice.chance(0.4) ? 0.1 : dice.chance(0.3) ? 1 : 0.4;
    server.trouble = dice.chance(0.5) ? 0.1 : 1;
    server.pace(
        dice.chance(0.2), dice.chance(0.7) ? dice.between(1, 30) : dice.chance(0.8) ? 500 : 3_000);
    bystander.note(() -> "trouble " + network.trouble + " and " + server.trouble);
  }

  private void database() {
    switch (dice.below(5)) {
      case 0 -> {
        bystander.note(() -> "the database stalls");
        server.stall(true);
      }
      case 1 -> {
        bystander.note(() -> "the database is down");
        server.down(true);
      }
      case 2 -> {
        bystander.note(() -> "the journal is full");
        server.full(true);
      }
      default -> wellAgain();
    }
  }

  private void wellAgain() {
    bystander.note(() -> "the database is well");
    server.down(false);
    server.stall(false);
    server.full(false);
  }

  private void crash() {
    bystander.restarts++;
    final boolean clean = dice.chance(0.4);
    final boolean withKamailio = clean || dice.chance(0.5);
    bystander.note(
        () -> clean ? "the server stops" : withKamailio ? "the server dies" : "the engine dies");
    if (clean) {
      server.stop();
    } else {
      server.kill();
    }
    restart.compare(resources, network.dialogs(), clean, withKamailio);
    server.begin(withKamailio);
    bystander.note(() -> "the engine is back");
  }

  private void jump() {
    if (time.monotonicMillis() < lastJump + CLOCK_REST_MILLIS) {
      return;
    }
    lastJump = time.monotonicMillis();
    resources.forEach(r -> r.look(bystander.now()));
    network.dialogs().forEach(Dialog::look);
    final long by = dice.chance(0.5) ? 3_600 : -3_600;
    bystander.note(() -> "the clock is set by " + by + " s");
    if (by < 0) {
      // what had expired and is not taken away yet is there again
      network.dialogs().forEach(Dialog::untell);
    }
    bystander.clockIsSet(by);
  }

  // --- publishers

  private void publish(final Resource resource) {
    final List<Version> live = resource.believed();
    final int kind = live.size() < 4 && dice.chance(0.4) ? 0 : 1 + dice.below(3);
    if (kind == 0 || live.isEmpty()) {
      final long serial = ++serials;
      ask(resource, Kind.CREATE, "", serial, body(resource, serial));
      return;
    }
    final Version version = dice.pick(live);
    switch (kind) {
      case 1 -> {
        final long serial = ++serials;
        ask(resource, Kind.MODIFY, version.etag, serial, body(resource, serial));
      }
      case 2 -> ask(resource, Kind.REFRESH, version.etag, version.serial, new byte[0]);
      default -> ask(resource, Kind.REMOVE, version.etag, version.serial, new byte[0]);
    }
  }

  private byte[] body(final Resource resource, final long serial) {
    final boolean poison = scenario.faults() && dice.chance(0.02);
    return Phone.body(
        resource,
        "t" + serial,
        serial,
        poison && scenario.storage().documentsDurable() ? SimulatedTables.POISON : "",
        dice.chance(0.02));
  }

  private void ask(
      final Resource resource,
      final Kind kind,
      final String ifMatch,
      final long serial,
      final byte[] body) {
    final long seconds = length();
    final PublishAttempt attempt =
        new PublishAttempt(
            bystander,
            resource,
            kind,
            ifMatch,
            serial,
            kind == Kind.REMOVE ? 0 : seconds,
            Phone.publish(
                resource, ++resource.requests, ifMatch, kind == Kind.REMOVE ? 0 : seconds, body));
    bystander.note(() -> attempt + " for " + seconds + " s");
    server.call("handle_publish", attempt);
  }

  // --- watchers

  private Dialog dialog(final Resource resource, final boolean fetch, final boolean watcherinfo) {
    final long number = ++dialogs;
    final boolean poison =
        scenario.faults() && scenario.storage().subscriptionsDurable() && dice.chance(0.02);
    final Dialog dialog =
        new Dialog(
            bystander,
            resource,
            (fetch ? "f" : watcherinfo ? "wi" : "w")
                + number
                + (poison ? SimulatedTables.POISON : ""),
            "user" + number,
            fetch,
            watcherinfo,
            scenario.storage().subsDbMode() == 3);
    network.add(dialog);
    return dialog;
  }

  private void subscribe(final Dialog dialog, final boolean initial, final long seconds) {
    subscribe(dialog, initial, ++dialog.requests, seconds);
  }

  private void subscribe(
      final Dialog dialog, final boolean initial, final long cseq, final long seconds) {
    final SubscribeAttempt attempt =
        new SubscribeAttempt(
            bystander, dialog, Phone.subscribe(dialog, initial, cseq, seconds), seconds, initial);
    bystander.note(() -> attempt.toString());
    server.call("handle_subscribe", attempt);
  }

  private void watch(final Resource resource, final boolean watcherinfo, final long seconds) {
    final long watching =
        network.dialogs().stream()
            .filter(d -> d.live() && d.resource == resource && d.watcherinfo == watcherinfo)
            .count();
    if (watching < (watcherinfo ? 2 : 4)) {
      subscribe(dialog(resource, false, watcherinfo), true, seconds);
    }
  }

  private void fetch(final Resource resource) {
    subscribe(
        dialog(resource, true, dice.chance(0.2) && resource.eventPackage.equals(MIXED)), true, 0);
  }

  private Optional<Dialog> some() {
    final List<Dialog> live = network.dialogs().stream().filter(Dialog::live).toList();
    return live.isEmpty() ? Optional.empty() : Optional.of(dice.pick(live));
  }

  private void again(final boolean last) {
    some().ifPresent(d -> subscribe(d, false, last ? 0 : length()));
  }

  private void retransmit() {
    some()
        .filter(d -> d.requests == 1 && d.firstSeconds() > 0 && d.surelyLive() && !d.busy())
        .ifPresent(d -> subscribe(d, true, 1, d.firstSeconds()));
  }
}
