// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import static io.kamjvm.bridge.Messages.*;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.KamailioDouble.Command;
import io.kamjvm.KamailioDouble.Field;
import io.kamjvm.KamailioDouble.Outcome;
import io.kamjvm.bridge.TlvWriter;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.AorWork;
import io.kamjvm.kamailio.ContactChange;
import io.kamjvm.kamailio.LocationListener;
import io.kamjvm.kamailio.RegisteredContact;
import io.kamjvm.kamailio.ScriptMark;
import io.kamjvm.kamailio.UserLocation;
import io.kamjvm.time.SystemClock;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The location table through the region: what the engine hears of it and what it has done. */
class LocationPathTest {
  private final RunningEngine engine = new RunningEngine(new SystemClock());
  private final List<String> heard = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    engine.close();
  }

  private void start() {
    engine.kamailio.config(
        fields -> {
          RunningEngine.standardConfig(fields);
          final int mark = fields.begin(T_USRLOC);
          fields.integer(T_UL_USE_DOMAIN, 1);
          fields.integer(T_UL_CASE_SENSITIVE, 1);
          fields.string(T_UL_REALM_PREFIX, "sip.");
          fields.end(mark);
        });
    engine.module.opening.set(() -> location().listen(new Notes()));
    engine.start();
    engine.await(engine.kamailio::serves);
  }

  private UserLocation location() {
    return engine.module.context.get().kamailio().location();
  }

  private final class Notes implements LocationListener {
    @Override
    public void changed(final ContactChange change) {
      heard.add(
          change.kind()
              + " "
              + change.aor()
              + " "
              + change.contact().uri()
              + (change.own() ? " own" : "")
              + change.marks());
    }

    @Override
    public void found(final ContactChange change) {
      heard.add("found " + change.kind() + " " + change.contact().uri());
    }

    @Override
    public void complete() {
      heard.add("complete");
    }
  }

  private static void contact(final TlvWriter fields, final String ruid, final String uri) {
    final int mark = fields.begin(T_UL_CONTACT);
    fields.string(T_UL_RUID, ruid);
    fields.string(T_UL_URI, uri);
    fields.integer(T_UL_EXPIRES, 1_900_000_000L);
    fields.integer(T_UL_Q, 500);
    fields.end(mark);
  }

  private void say(
      final int change, final String aor, final long marks, final String ruid, final String uri) {
    engine.kamailio.result(
        EV_USRLOC,
        0,
        fields -> {
          fields.integer(T_UL_CHANGE, change);
          fields.string(T_UL_TABLE, "location");
          fields.string(T_UL_AOR, aor);
          fields.integer(T_UL_MARKS, marks);
          contact(fields, ruid, uri);
        });
  }

  /** Plays the courier that reads the table until the engine says that it has it. */
  private void read(final Runnable contents) {
    for (int page = 0; page < 64; page++) {
      final Command command = next();
      assertThat(command.type()).isEqualTo(CMD_USRLOC_READ);
      assertThat(command.field(T_UL_PAGE).number()).isEqualTo(page);
      if (page == 3) {
        contents.run();
      }
      engine.kamailio.result(EV_USRLOC_READ, command.id(), fields -> fields.integer(T_STATUS, 0));
    }
  }

  private Command next() {
    final List<Command> commands = new CopyOnWriteArrayList<>();
    engine.await(
        () -> {
          commands.addAll(engine.kamailio.commands(KamailioDouble.SLOW));
          return !commands.isEmpty();
        });
    assertThat(commands).hasSize(1);
    return commands.get(0);
  }

  private <T> T onEngine(final Callable<T> question) {
    final CompletableFuture<T> answer = new CompletableFuture<>();
    engine
        .module
        .context
        .get()
        .engine()
        .execute(
            () -> {
              try {
                answer.complete(question.call());
              } catch (final Exception e) {
                answer.completeExceptionally(e);
              }
            });
    return answer.orTimeout(10, TimeUnit.SECONDS).join();
  }

  private List<String> contacts(final String aor) {
    return onEngine(
        () -> location().contacts("location", aor).stream().map(RegisteredContact::uri).toList());
  }

  @Test
  @DisplayName(
      "Changes arrive with their marks; the table is read once usrloc has it, and again when changes were lost")
  void readAndFollowed() {
    start();
    assertThat(engine.kamailio.manifest()).extracting(Field::tag).contains(T_UL_LISTEN);
    assertThat(onEngine(() -> location().rule().key("a%20b", "sip.Example.org")))
        .contains("a b@example.org");
    engine.kamailio.courierServes(KamailioDouble.SLOW);
    say(UL_INSERTED, "carol@x", ScriptMark.REGINFO_SILENT.bit(), "r9", "sip:c@1");
    engine.await(() -> heard.size() == 1);
    engine.kamailio.usrlocLoads();
    read(
        () -> {
          say(UL_LISTED, "alice@x", 0, "r1", "sip:a@1");
          say(UL_LISTED, "bob@x", 0, "r2", "sip:b@1");
        });
    engine.await(() -> heard.contains("complete"));
    assertThat(heard).containsExactly("CREATED carol@x sip:c@1[REGINFO_SILENT]", "complete");
    // carol was told of before the table was read, and is not in it any more
    assertThat(contacts("carol@x")).isEmpty();
    assertThat(contacts("alice@x")).containsExactly("sip:a@1");
    say(UL_UPDATED, "alice@x", UL_OWN, "r1", "sip:a@2");
    say(UL_INSERTED, "alice@x", 0, "r3", "sip:a@3");
    say(UL_DELETED, "bob@x", 0, "r2", "sip:b@1");
    engine.await(() -> heard.size() == 5);
    assertThat(heard.subList(2, 5))
        .containsExactly(
            "REFRESHED alice@x sip:a@2 own[]",
            "CREATED alice@x sip:a@3[]",
            "UNREGISTERED bob@x sip:b@1[]");
    assertThat(contacts("alice@x")).containsExactly("sip:a@2", "sip:a@3");
    assertThat(contacts("bob@x")).isEmpty();
    engine.kamailio.usrlocLoses();
    read(() -> say(UL_LISTED, "alice@x", 0, "r3", "sip:a@3"));
    engine.await(() -> heard.size() == 7);
    assertThat(heard.subList(5, 7)).containsExactly("found UNREGISTERED sip:a@2", "complete");
  }

  @Test
  @DisplayName("Work on the table is a step of the call; its outcome decides what the call returns")
  void workAsStep() {
    start();
    final RegisteredContact contact =
        new RegisteredContact(
            "regi-1-", "sip:a@1", "", "", 99, OptionalInt.of(7), "c", 3, "ua", "", 0, "", 0, 0, 5);
    engine.probe(
        call -> {
          call.mark(ScriptMark.PRESENCE_PUBLISHED);
          call.setBranchFlag(4);
          call.work(
              List.of(
                  new AorWork(
                      "location",
                      "alice",
                      List.of(
                          new AorWork.Put(contact),
                          new AorWork.Remove("sip:a@2", "d", 4, ""),
                          new AorWork.Clear()))),
              outcomes -> call.answer(Answer.of((int) outcomes.get(0).valid())));
        });
    engine.kamailio.stepResults =
        fields -> {
          final int mark = fields.begin(T_UL_OUTCOME);
          fields.integer(T_STATUS, 0);
          fields.integer(T_UL_FOUND, 1);
          fields.integer(T_UL_VALID, 6);
          fields.end(mark);
        };
    final Outcome outcome = engine.call();
    assertThat(outcome.number(T_RETURN)).isEqualTo(6);
    assertThat(outcome.number(T_UL_MARK)).isEqualTo(ScriptMark.PRESENCE_PUBLISHED.bit());
    assertThat(outcome.number(T_SET_BRANCH_FLAG)).isEqualTo(4);
    final List<Field> work = outcome.all(T_UL_WORK).get(0).nested();
    assertThat(work.get(0).text()).isEqualTo("location");
    assertThat(work.get(1).text()).isEqualTo("alice");
    assertThat(work.stream().skip(2).map(c -> c.nested().get(0).number()))
        .containsExactly((long) UL_PUT, (long) UL_REMOVE, (long) UL_CLEAR);
  }

  @Test
  @DisplayName("A step whose results mean nothing ends the call with the busy answer")
  void brokenResults() {
    start();
    engine.probe(
        call ->
            call.work(
                List.of(new AorWork("location", "alice", List.of())),
                outcomes -> {
                  throw new IllegalStateException("no outcome");
                }));
    assertThat(engine.call().has(T_RETURN)).isFalse();
  }
}
