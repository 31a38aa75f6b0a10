// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.pua;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Transport;
import io.kamjvm.harness.sip.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two servers keep their location tables in sync: the manual's first use case. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoRegistrarsTest {
  @RegisterExtension static final TwoRegistrars TWO = new TwoRegistrars();

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final List<String> USERS = new ArrayList<>();

  private static String someone(final String name) {
    final String user = Scene.user(Scene.someone(name));
    USERS.add(user);
    TWO.subscribe(user);
    return user;
  }

  private static String at(final String user, final String host) {
    return "sip:" + user + "@" + host;
  }

  @Test
  @Order(1)
  @DisplayName("A watcher of reg sees a user come online and go, by UDP and by TCP")
  void watched() {
    for (final Transport transport : Transport.values()) {
      final String user = Scene.user(Scene.someone("seen"));
      final Watch watch =
          TWO.watchers.watch(Scene.someone("watcher"), TWO.aor(user), transport).event("reg");
      watch.start();
      TWO.register(user, at(user, "192.0.2.1"), 300, 1);
      assertThat(watch.next().body()).contains("event=\"created\"", at(user, "192.0.2.1"));
      TWO.register(user, at(user, "192.0.2.1"), 0, 2);
      assertThat(watch.next().body()).contains("event=\"unregistered\"", "terminated");
    }
  }

  @Test
  @Order(1)
  @DisplayName("A client that watches its own registration is told when an administrator ends it")
  void administrativelyEnded() {
    final String user = Scene.user(Scene.someone("own"));
    final Watch watch = TWO.watchers.watch(TWO.aor(user), TWO.aor(user)).event("reg");
    watch.start();
    TWO.register(user, at(user, "192.0.2.1"), 300, 1);
    watch.untilBody("event=\"created\"", LIMIT);
    assertThat(TWO.a.kamcmd().run("ul.rm", "location", user).failed()).isFalse();
    watch.untilBody("event=\"unregistered\"", LIMIT);
  }

  @Test
  @Order(2)
  @DisplayName(
      "PUA-133 register, refresh, un-register at A is mirrored at B, which publishes nothing")
  void pua133() {
    final String user = someone("alice");
    final String one = at(user, "192.0.2.1");
    final String two = at(user, "192.0.2.2");
    TWO.register(user, one, 300, 1);
    TWO.awaitAtB("registered", List.of(user + " " + one));
    TWO.register(user, two, 300, 1);
    TWO.register(user, one, 600, 2);
    TWO.awaitAtB("a second one", List.of(user + " " + one, user + " " + two));
    TWO.register(user, one, 0, 3);
    TWO.awaitAtB("one un-registered", List.of(user + " " + two));
    TWO.register(user, two, 0, 2);
    TWO.awaitAtB("both un-registered", List.of());
    assertThat(TWO.toA.publications).noneMatch(publish -> publish.contains(user));
  }

  @Test
  @Order(2)
  @DisplayName("What expires at A goes at B; what an administrator removes at A goes at B")
  void expiryAndRemoval() {
    final String user = someone("brief");
    TWO.register(user, at(user, "192.0.2.1"), 2, 1);
    TWO.register(user, at(user, "192.0.2.2"), 300, 1);
    TWO.awaitAtB("expired", List.of(user + " " + at(user, "192.0.2.2")));
    TWO.a.kamcmd().run("ul.rm", "location", user);
    TWO.awaitAtB("removed", List.of());
  }

  @Test
  @Order(3)
  @DisplayName("The engine of A is killed while users come and go")
  void engineOfA() {
    final String stays = someone("stays");
    final String goes = someone("goes");
    final String comes = someone("comes");
    TWO.register(stays, at(stays, "192.0.2.1"), 300, 1);
    TWO.register(goes, at(goes, "192.0.2.1"), 300, 1);
    TWO.awaitEqual("before");
    TWO.killEngine(TWO.a);
    TWO.register(goes, at(goes, "192.0.2.1"), 0, 2);
    TWO.register(comes, at(comes, "192.0.2.1"), 300, 1);
    TWO.awaitAtB(
        "after the engine of A was killed",
        List.of(stays + " " + at(stays, "192.0.2.1"), comes + " " + at(comes, "192.0.2.1")));
  }

  @Test
  @Order(4)
  @DisplayName("The engine of B is killed while users come and go")
  void engineOfB() {
    final String user = someone("late");
    TWO.register(user, at(user, "192.0.2.1"), 300, 1);
    TWO.awaitEqual("before");
    TWO.killEngine(TWO.b);
    TWO.register(user, at(user, "192.0.2.1"), 0, 2);
    TWO.register(user, at(user, "192.0.2.9"), 300, 1);
    TWO.awaitEqual("after the engine of B was killed");
  }

  @Test
  @Order(5)
  @DisplayName("B is killed and starts with an empty table: it learns all again")
  void restartOfB() {
    final String user = someone("kept");
    TWO.register(user, at(user, "192.0.2.1"), 300, 1);
    TWO.awaitEqual("before");
    assertThat(TwoRegistrars.table(TWO.a)).isNotEmpty();
    TWO.restartB();
    TWO.awaitEqual("after B was restarted");
  }

  @Test
  @Order(6)
  @DisplayName("A restarts with an empty table: B forgets what A does not know any more")
  void restartOfA() {
    TWO.restartA();
    TWO.awaitAtB("after A was restarted", List.of());
    final String user = USERS.get(0);
    TWO.register(user, at(user, "192.0.2.1"), 300, 11);
    TWO.awaitAtB("registered anew", List.of(user + " " + at(user, "192.0.2.1")));
  }

  @Test
  @Order(7)
  @DisplayName("B restarts in good order on its table, while users come and go")
  void restartOfBInOrder() {
    final String stays = someone("stays");
    final String goes = someone("goes");
    final String comes = someone("comes");
    TWO.keepTableOfB();
    TWO.restartBInOrder(() -> {});
    TWO.register(stays, at(stays, "192.0.2.1"), 300, 1);
    TWO.register(goes, at(goes, "192.0.2.1"), 300, 1);
    TWO.awaitEqual("before");
    TWO.restartBInOrder(
        () -> {
          TWO.register(goes, at(goes, "192.0.2.1"), 0, 2);
          TWO.register(comes, at(comes, "192.0.2.1"), 300, 1);
        });
    TWO.awaitEqual("after B was restarted in good order");
    assertThat(TwoRegistrars.table(TWO.b))
        .contains(stays + " " + at(stays, "192.0.2.1"), comes + " " + at(comes, "192.0.2.1"))
        .noneMatch(binding -> binding.startsWith(goes));
  }

  @Test
  @Order(8)
  @DisplayName("All of A is killed: what registers again, and nothing else, is known at B")
  void deathOfA() {
    final String back = someone("back");
    final String away = someone("away");
    TWO.register(back, at(back, "192.0.2.1"), 300, 1);
    TWO.register(away, at(away, "192.0.2.1"), 300, 1);
    TWO.awaitEqual("before");
    TWO.killA();
    TWO.register(back, at(back, "192.0.2.2"), 300, 2);
    TWO.awaitAtB("after A was killed", List.of(back + " " + at(back, "192.0.2.2")));
  }

  @Test
  @Order(9)
  @DisplayName("Three datagrams of ten are lost while users come and go: in the end all is equal")
  void loss() {
    final Random random = new Random(7);
    final List<String> users = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      users.add(someone("storm"));
    }
    TWO.toA.lost = 30;
    TWO.toB.lost = 30;
    for (int i = 0; i < 60; i++) {
      final String user = users.get(random.nextInt(users.size()));
      TWO.register(
          user,
          at(user, "192.0.2." + (1 + random.nextInt(3))),
          random.nextInt(3) == 0 ? 0 : 300,
          100 + i);
      if (i % 20 == 19) {
        users.forEach(TWO::subscribe);
      }
    }
    TWO.toA.lost = 0;
    TWO.toB.lost = 0;
    TWO.awaitEqual("after the storm", () -> users.forEach(TWO::subscribe));
    assertThat(TwoRegistrars.table(TWO.a)).isNotEmpty();
  }
}
