// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Bodies.noted;
import static io.kamjvm.presence.Requests.publish;
import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.SharedRecoveryLog;
import io.kamjvm.bridge.RecoveryLayout;
import io.kamjvm.presence.Peers.Notify;
import io.kamjvm.presence.Peers.Reaction;
import io.kamjvm.storage.MemoryRecoveryLog;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random histories in which the engine dies again and again, also while NOTIFYs are under way and
 * while the database does not answer. Peers fail the test when the CSeq of a dialog does not rise
 * by one. In the end publishers, watchers, RPC and log agree.
 */
class RecoveryHistoryTest {
  private static final String USER_AGENTS = "phone";
  private static final int PHONES = 4;

  private static final class Model {
    final Map<Integer, String> tags = new TreeMap<>();
    final Map<Integer, String> notes = new TreeMap<>();
    final Map<Integer, Long> documentExpiry = new HashMap<>();
    final Map<Integer, Long> dialogs = new TreeMap<>();
    final Map<Integer, Long> dialogExpiry = new HashMap<>();
  }

  private final Model model = new Model();
  private World world;
  private Random random;
  private int calls;

  @ParameterizedTest(name = "publ_cache={0} subs_db_mode={1} seed={2} shared={3}")
  @DisplayName(
      "Over many deaths of the engine nothing acknowledged is lost and nothing comes twice")
  @CsvSource({
    "2, 0, 1, false",
    "2, 0, 2, true",
    "2, 2, 3, true",
    "2, 1, 4, false",
    "1, 0, 5, true",
    "1, 1, 6, false",
    "1, 1, 7, true",
    "1, 2, 8, false",
    "1, 2, 9, true",
    "0, 0, 10, false",
    "0, 1, 11, true",
    "0, 2, 12, false",
    "1, 3, 13, false",
    "2, 3, 14, true",
  })
  void manyDeaths(final int cache, final int mode, final long seed, final boolean shared) {
    random = new Random(seed);
    final ByteBuffer memory =
        shared
            ? ByteBuffer.allocateDirect(RecoveryLayout.RECOVERY_LEAST_MB << 20)
            : ByteBuffer.allocate(0);
    final MemoryRecoveryLog plain = new MemoryRecoveryLog();
    world = new World().param("publ_cache", cache).param("subs_db_mode", mode);
    world.param("clean_period", 1);
    if (cache == 0) {
      // where notifiers tell, who has left stays in the last body
      world.param("notifier_processes", 0);
    }
    world.recovery = shared ? new SharedRecoveryLog(memory) : plain;
    world.start();
    int deaths = 0;
    for (int step = 0; step < 400; step++) {
      switch (random.nextInt(12)) {
        case 0 -> world.peers.reaction = r -> Reaction.SILENT;
        case 1, 2 -> {
          world.peers.reaction = r -> Reaction.OK;
          world.peers.answerAll(Reaction.OK);
        }
        case 3 -> world.advanceMillis(random.nextInt(3_000));
        case 4 -> world.store.unavailable = random.nextBoolean();
        case 5 -> {
          deaths++;
          world.die();
          world.recovery = shared ? new SharedRecoveryLog(memory) : plain;
          world.start();
        }
        case 6, 7, 8 -> publishes(random.nextInt(PHONES));
        default -> subscribes(random.nextInt(PHONES));
      }
    }
    assertThat(deaths).isGreaterThan(10);
    calm();
    assertThat(documents()).isEqualTo(new TreeSet<>(liveNotes()));
    watchersAgree();
    if (!shared) {
      assertThat(plain.count(RecoveryNote.DOCUMENT)).isEqualTo(cache == 2 ? liveNotes().size() : 0);
      assertThat(left(plain) - plain.count(RecoveryNote.DOCUMENT))
          .isEqualTo(mode == 3 ? 0 : liveDialogs());
    }
    end(plain);
  }

  private void calm() {
    world.store.unavailable = false;
    world.peers.reaction = r -> Reaction.OK;
    world.peers.answerAll(Reaction.OK);
    world.advance(5);
    world.peers.answerAll(Reaction.OK);
  }

  /** How many entries there are that tell of what lives; answers are kept for a while. */
  private static int left(final MemoryRecoveryLog plain) {
    return plain.size() - plain.count(RecoveryNote.ANSWERED);
  }

  private void end(final MemoryRecoveryLog plain) {
    world.advance(700);
    assertThat(left(plain)).as("left in the log").isZero();
    assertThat(world.store.subscriptions).as("left in the table").isEmpty();
    assertThat(world.store.publications).as("left in the table").isEmpty();
  }

  private void publishes(final int phone) {
    final long now = world.now();
    if (model.tags.containsKey(phone) && model.documentExpiry.get(phone) <= now + 1) {
      forgetDocument(phone);
    }
    final boolean known = model.tags.containsKey(phone);
    final int kind = known ? random.nextInt(3) : 0;
    final long expires = kind == 2 ? 0 : random.nextInt(4) == 0 ? 6 : 600;
    final String note = "n" + calls++;
    final Requests request = publish().expires(expires);
    if (known) {
      request.ifMatch(model.tags.get(phone));
    }
    if (kind == 0) {
      request.body(noted(USER_AGENTS + phone, note));
    }
    final FakeCall call = world.publish(request);
    if (call.busy) {
      return;
    }
    assertThat(call.code()).as("a tag that was given").isEqualTo(200);
    if (kind == 2) {
      forgetDocument(phone);
      return;
    }
    model.tags.put(phone, call.etag());
    model.documentExpiry.put(phone, now + expires);
    if (kind == 0) {
      model.notes.put(phone, note);
    }
  }

  private void forgetDocument(final int phone) {
    model.tags.remove(phone);
    model.notes.remove(phone);
  }

  private void subscribes(final int phone) {
    final long now = world.now();
    if (model.dialogs.containsKey(phone) && model.dialogExpiry.get(phone) <= now + 1) {
      model.dialogs.remove(phone);
    }
    final boolean known = model.dialogs.containsKey(phone);
    final long cseq = known ? model.dialogs.get(phone) + 1 : 1;
    final String callId = known ? callId(phone) : newCallId(phone);
    final boolean ends = known && random.nextInt(4) == 0;
    final long expires = ends ? 0 : random.nextInt(4) == 0 ? 6 : 600;
    final Requests request = subscribe().callId(callId).cseq(cseq).expires(expires);
    if (known) {
      request.toTag("tag-" + callId + "-f1");
    }
    final FakeCall call = world.subscribe(request);
    if (call.busy) {
      return;
    }
    assertThat(call.code() / 100).as("a dialog that was made: %s", callId).isEqualTo(2);
    if (ends) {
      model.dialogs.remove(phone);
    } else {
      model.dialogs.put(phone, cseq);
      model.dialogExpiry.put(phone, now + expires);
    }
  }

  private final Map<Integer, Integer> generations = new HashMap<>();

  private String newCallId(final int phone) {
    generations.merge(phone, 1, Integer::sum);
    return callId(phone);
  }

  private String callId(final int phone) {
    return "w" + phone + "-" + generations.get(phone);
  }

  private TreeSet<String> liveNotes() {
    final TreeSet<String> live = new TreeSet<>();
    model.notes.forEach(
        (phone, note) -> {
          if (model.documentExpiry.get(phone) > world.now()) {
            live.add(note);
          }
        });
    return live;
  }

  private long liveDialogs() {
    return model.dialogs.keySet().stream()
        .filter(phone -> model.dialogExpiry.get(phone) > world.now())
        .count();
  }

  private TreeSet<String> documents() {
    final TreeSet<String> notes = new TreeSet<>();
    world.rpc("presence.presentity_list", "full").structs.stream()
        .filter(fields -> (Long) fields.get("expires") > world.now())
        .forEach(fields -> notes.addAll(notes(fields.get("body").toString())));
    return notes;
  }

  private static TreeSet<String> notes(final String body) {
    final TreeSet<String> notes = new TreeSet<>();
    Pattern.compile("<note>(.*?)</note>")
        .matcher(body)
        .results()
        .forEach(m -> notes.add(m.group(1)));
    return notes;
  }

  private void watchersAgree() {
    final Map<String, Notify> last = new HashMap<>();
    world.peers.notifies.forEach(n -> last.put(n.request().callId(), n));
    final Supplier<TreeSet<String>> live = () -> new TreeSet<>(liveNotes());
    for (final int phone : model.dialogs.keySet()) {
      if (model.dialogExpiry.get(phone) > world.now()) {
        assertThat(notes(last.get(callId(phone)).body())).as(callId(phone)).isEqualTo(live.get());
      }
    }
  }
}
