// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.storage.PublicationRow;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody sets the wall clock while documents and subscriptions run out. */
class ClockTest {
  private final VirtualTime time = new VirtualTime();
  private final Bystander bystander = new Bystander(time, false, false);
  private final Network network = new Network(time, new Dice(1), bystander, Mutation.NONE);
  private SimulatedServer server = server(new Storage(1, 2));
  private final Resource resource = new Resource("ann", "presence", Resource.Aggregation.ALL, true);
  private final Dialog dialog = new Dialog(bystander, resource, "w1", "wilma", false, false, false);

  private SimulatedServer server(final Storage storage) {
    return new SimulatedServer(time, new Dice(2), network, storage, Mutation.NONE);
  }

  private void begin(final long documentSeconds, final long watchingSeconds) {
    network.add(dialog);
    subscribe(watchingSeconds);
    server.call(
        "handle_publish",
        new PublishAttempt(
            bystander,
            resource,
            PublishAttempt.Kind.CREATE,
            "",
            1,
            documentSeconds,
            Phone.publish(
                resource, 1, "", documentSeconds, Phone.body(resource, "t", 1, "", false))));
    server.pass(1_000);
    assertThat(dialog.shown()).containsExactly(1L);
  }

  private void subscribe(final long seconds) {
    final boolean initial = dialog.requests == 0;
    dialog.requests++;
    server.call(
        "handle_subscribe",
        new SubscribeAttempt(
            bystander,
            dialog,
            Phone.subscribe(dialog, initial, dialog.requests, seconds),
            seconds,
            initial));
  }

  private void set(final long seconds) {
    resource.look(bystander.now());
    dialog.look();
    bystander.clockIsSet(seconds);
  }

  @Test
  @DisplayName("a clock set +1 h: what has run out ends within seconds, and watchers are told")
  void forward() {
    begin(1_800, 7_200);
    set(3_600);
    server.pass(10_000);
    assertThat(dialog.shown()).isEmpty();
    assertThat(dialog.live()).isTrue();
    assertThat(server.tables().publications()).isEmpty();
  }

  @Test
  @DisplayName("a clock set +1 h, less than it has left: it ends when the clock says so")
  void forwardPartly() {
    begin(3_700, 7_200);
    set(3_600);
    server.pass(60_000);
    assertThat(dialog.shown()).containsExactly(1L);
    server.pass(60_000);
    assertThat(dialog.shown()).isEmpty();
  }

  @Test
  @DisplayName("a clock set -1 h: nothing ends early, all ends when the clock says so")
  void back() {
    begin(60, 7_200);
    set(-3_600);
    server.pass(3_500_000);
    assertThat(dialog.shown()).containsExactly(1L);
    server.pass(300_000);
    assertThat(dialog.shown()).isEmpty();
  }

  @Test
  @DisplayName("a clock set -1 h and put right again within seconds: nothing is noticed")
  void backAndForth() {
    begin(60, 7_200);
    set(-3_600);
    server.pass(1_000);
    set(3_600);
    server.pass(40_000);
    assertThat(dialog.shown()).containsExactly(1L);
    server.pass(30_000);
    assertThat(dialog.shown()).isEmpty();
  }

  @Test
  @DisplayName("a clock set +1 h and back: a state that was made meanwhile is made again")
  void forthAndBack() {
    server = server(new Storage(0, 2));
    begin(1_800, 7_200);
    set(3_600);
    subscribe(7_200);
    server.pass(300);
    assertThat(dialog.shown()).isEmpty();
    set(-3_600);
    subscribe(7_200);
    server.pass(300);
    assertThat(dialog.shown()).containsExactly(1L);
  }

  @ParameterizedTest(name = "publ_cache.subs_db_mode {0}.{1}")
  @CsvSource({"0,2", "1,3"})
  @DisplayName("a clock set +1 h and back while the table is looked through: nothing ends early")
  void backBeforeTheTableAnswers(final int publCache, final int subsDbMode) {
    final Storage storage = new Storage(publCache, subsDbMode);
    server = server(storage);
    begin(publCache == 0 ? 1_800 : 7_200, subsDbMode == 3 ? 1_800 : 7_200);
    set(3_600);
    server.stall(true);
    server.pass(10_000);
    set(-3_600);
    server.stall(false);
    server.pass(1_000_000);
    assertThat(server.tables().publications()).hasSize(1);
    assertThat(server.tables().subscriptions()).hasSize(1);
    assertThat(dialog.live()).isTrue();
    assertThat(dialog.shown()).containsExactly(1L);
  }

  @ParameterizedTest(name = "leap second {0}")
  @ValueSource(longs = {1, -1, 0})
  @DisplayName(
      "New Year with a leap second: a document that lives over midnight ends on its second")
  void newYear(final long leap) {
    // 2023-12-31 23:59:30 UTC
    set(1_704_067_170L - bystander.now());
    begin(60, 7_200);
    server.pass(28_500);
    set(leap);
    server.pass(20_000);
    assertThat(dialog.shown()).containsExactly(1L);
    final List<Long> expires =
        server.tables().publications().stream().map(PublicationRow::expires).toList();
    assertThat(expires).containsExactly(1_704_067_230L);
    server.pass(14_000);
    assertThat(dialog.shown()).isEmpty();
  }
}
