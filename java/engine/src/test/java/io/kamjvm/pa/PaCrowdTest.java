// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Many at once; what it prints is in docs/performance.md. */
class PaCrowdTest {
  private static final int USERS = 10_000;

  private static long used() {
    final Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static String user(final int i) {
    return "u" + i + "@a";
  }

  @Test
  @DisplayName("10,000 registered users, each watched: told in one interval, forgotten in the end")
  void registered() {
    final PaWorld world = new PaWorld().start();
    for (int i = 0; i < USERS; i++) {
      world.contacts.register(user(i), "r" + i, "sip:u" + i + "@192.0.2.9:5070", 3600);
    }
    final long before = used();
    final long began = System.nanoTime();
    for (int i = 0; i < USERS; i++) {
      world.subscribe(Asked.subscribe("c" + i).target("sip:" + user(i)).expires(600));
    }
    final long subscribed = System.nanoTime();
    assertThat(world.taken()).hasSize(USERS).allMatch(n -> n.body().contains("open"));
    world.log.clear();
    final long memory = used() - before;
    final long refreshing = System.nanoTime();
    for (int i = 0; i < USERS; i++) {
      world.contacts.register(user(i), "r" + i, "sip:u" + i + "@192.0.2.9:5070", 3700);
    }
    world.advance(2);
    final long refreshed = System.nanoTime();
    assertThat(world.taken()).isEmpty();
    for (int i = 0; i < USERS; i++) {
      world.contacts.unregister(user(i), "r" + i);
    }
    world.advance(2);
    final long told = System.nanoTime();
    assertThat(world.taken()).hasSize(USERS);
    System.out.printf(
        "%d users: SUBSCRIBE and first NOTIFY %d us each, a refreshed registration %d us,"
            + " an ended one with its NOTIFY %d us; %d bytes each, recovery log's notes included%n",
        USERS,
        (subscribed - began) / 1000 / USERS,
        (refreshed - refreshing) / 1000 / USERS,
        (told - refreshed) / 1000 / USERS,
        memory / USERS);
    world.advance(610);
    assertThat(world.contacts.interested()).isZero();
    assertThat(world.log0.size()).isZero();
    assertThat(world.rpc("pa.list").structs).isEmpty();
  }

  @Test
  @DisplayName("10,000 watchers of one user are all told, each once")
  void watched() {
    final PaWorld world = new PaWorld().start();
    for (int i = 0; i < USERS; i++) {
      world.subscribe(Asked.subscribe("c" + i));
    }
    world.taken();
    world.publish(Asked.publish(Pidf.open("t")));
    world.advance(2);
    assertThat(world.taken()).hasSize(USERS);
  }
}
