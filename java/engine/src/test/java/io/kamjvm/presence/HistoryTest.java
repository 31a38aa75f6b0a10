// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.noted;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.kamailio.PendingReply.Delivery;
import io.kamjvm.presence.Peers.Reaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random histories: publishers come, change, refresh, leave and time out; watchers answer late or
 * not at all; the database falters. Peers fail the test when a CSeq does not rise by one or a
 * dialog carries two NOTIFYs. In the end every watcher has been told what is live.
 */
class HistoryTest {

  /** What a publisher knows. */
  private static final class Publisher {
    private String tag = "";
    private String note = "";
    private long expires;
  }

  @ParameterizedTest(name = "publ_cache={0} subs_db_mode={1} seed={2}")
  @DisplayName("the last NOTIFY equals the aggregate of the live publications")
  @CsvSource({
    "1, 2, 1",
    "1, 1, 2",
    "1, 0, 3",
    "2, 0, 4",
    "2, 2, 5",
    "1, 1, 6",
    "1, 2, 7",
    "2, 1, 8",
    "0, 2, 9",
    "0, 1, 10",
    "0, 0, 11"
  })
  void lastNotifyIsTheAggregate(final int cache, final int mode, final long seed) {
    final Random random = new Random(seed);
    final World world =
        new World()
            .param("publ_cache", cache)
            .param("subs_db_mode", mode)
            .param("clean_period", 1)
            .start();
    final List<Publisher> publishers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      publishers.add(new Publisher());
    }
    for (int i = 0; i < 3; i++) {
      world.subscribe(subscribe().callId("w" + i).expires(3600));
    }
    for (int step = 0; step < 300; step++) {
      final int each = random.nextInt(publishers.size());
      switch (random.nextInt(10)) {
        case 0 -> world.peers.reaction = r -> Reaction.SILENT;
        case 1 -> {
          world.peers.reaction = r -> Reaction.OK;
          world.peers.answerAll(Reaction.OK);
        }
        case 2 -> world.advanceMillis(random.nextInt(4_000));
        case 3 -> falter(world, random);
        default -> publish(world, publishers.get(each), each, random);
      }
    }
    world.store.unavailable = false;
    world.store.resume();
    world.peers.reaction = r -> Reaction.OK;
    world.peers.answerAll(Reaction.OK);
    world.advance(3);
    while (expiring(world)) {
      world.advance(1);
    }
    world.peers.answerAll(Reaction.OK);
    assertThat(shown(world)).as("documents").isEqualTo(live(publishers, world.now()));
    final Map<String, Peers.Notify> last = new HashMap<>();
    world.peers.notifies.forEach(n -> last.put(n.request().callId(), n));
    world.subscribe(subscribe().callId("fresh").expires(0));
    final String fresh = world.peers.last().body();
    assertThat(last).hasSize(3);
    for (final Peers.Notify notify : last.values()) {
      assertThat(openOnly(notify.body())).isEqualTo(openOnly(fresh));
    }
  }

  private static void falter(final World world, final Random random) {
    switch (random.nextInt(3)) {
      case 0 -> world.store.unavailable = true;
      case 1 -> world.store.unavailable = false;
      default -> world.store.resume();
    }
  }

  private static void publish(
      final World world, final Publisher publisher, final int index, final Random random) {
    final String note = "n" + random.nextInt(1_000_000);
    final int kind = publisher.tag.isEmpty() ? 0 : random.nextInt(4);
    final long expires = kind == 3 ? 0 : 1 + random.nextInt(8);
    final Requests request = Requests.publish().expires(expires);
    if (kind != 0) {
      request.ifMatch(publisher.tag);
    }
    if (kind < 2) {
      request.body(noted("t" + index, note));
    }
    final FakeCall call = world.call("handle_publish", Optional.of(request.build()));
    if (random.nextInt(8) == 0) {
      call.delivery = Delivery.TOO_LATE;
    }
    world.settle();
    if (call.busy) {
      return;
    }
    if (call.code() == 412) {
      publisher.tag = "";
      return;
    }
    assertThat(call.code()).isEqualTo(200);
    if (kind == 0 && publisher.expires > world.now()) {
      // two documents with one tuple: the older one is not shown
      removeOld(world, publisher);
    }
    publisher.tag = kind == 3 ? "" : call.etag();
    publisher.note = kind < 2 ? note : publisher.note;
    publisher.expires = kind == 3 ? 0 : world.now() + expires;
  }

  private static void removeOld(final World world, final Publisher publisher) {
    world.publish(Requests.publish().ifMatch(publisher.tag).expires(0));
  }

  private static List<String> live(final List<Publisher> publishers, final long now) {
    return publishers.stream()
        .filter(p -> !p.tag.isEmpty() && p.expires > now)
        .map(p -> p.note)
        .sorted()
        .toList();
  }

  /** Whether a document has expired and is not collected yet. */
  private static boolean expiring(final World world) {
    return world.store.publications.values().stream().anyMatch(r -> r.expires() <= world.now());
  }

  private static List<String> shown(final World world) {
    return world.rpc("presence.presentity_list", "full").structs.stream()
        // expiry comes within the second in which it is due
        .filter(f -> (Long) f.get("expires") > world.now())
        .map(f -> f.get("body").toString())
        .map(b -> b.replaceAll("(?s).*<note>(.*)</note>.*", "$1"))
        .sorted()
        .toList();
  }

  /** The notes of those who are there; who has just left is shown closed, without note. */
  private static List<String> openOnly(final String body) {
    return Pattern.compile("<note>(.*?)</note>")
        .matcher(body)
        .results()
        .map(m -> m.group(1))
        .sorted()
        .toList();
  }
}
