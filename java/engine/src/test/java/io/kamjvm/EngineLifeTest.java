// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import static io.kamjvm.bridge.Messages.*;
import static io.kamjvm.bridge.RegionLayout.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.bridge.Futex;
import io.kamjvm.bridge.Region;
import io.kamjvm.bridge.TlvWriter;
import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.storage.StorageException;
import io.kamjvm.time.SystemClock;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Start-up in stages, the life of modules, the words of the region that others read, the stop. */
class EngineLifeTest {

  @Test
  @DisplayName("An engine that is ready beats, serves, and has told what its functions may do")
  void ready() {
    try (RunningEngine engine = RunningEngine.started()) {
      engine.await(engine.kamailio::serves);
      assertThat(engine.kamailio.manifest())
          .satisfiesExactly(
              flags -> {
                assertThat(flags.tag()).isEqualTo(T_FUNCTION_FLAGS);
                assertThat(flags.nested().get(0).number()).isEqualTo(RunningEngine.PROBE);
                assertThat(flags.nested().get(1).number()).isEqualTo(FN_MAY_DEFER | FN_REPLIES);
              },
              route -> {
                assertThat(route.tag()).isEqualTo(T_ANSWER_ROUTE_DEF);
                assertThat(route.nested().get(0).text()).isEqualTo("probe:answered");
                assertThat(route.nested().get(1).tag()).isEqualTo(T_XAVP_WISH);
                assertThat(route.nested().get(1).nested())
                    .extracting(KamailioDouble.Field::text)
                    .containsExactly("root", "wish");
              });
      engine.await(() -> engine.kamailio.progress() > 0);
    }
  }

  @Test
  @DisplayName("A stop flushes and closes the modules, in this order, and exits with 0")
  void stop() {
    final RunningEngine engine = RunningEngine.started();
    engine.kamailio.requestStop();
    assertThat(engine.exitStatus()).isZero();
    assertThat(engine.kamailio.state()).isEqualTo(ENGINE_STOPPED);
    assertThat(engine.module.life).containsExactly("open", "warmUp", "serve", "flush", "close");
  }

  @Test
  @DisplayName("A stop waits for what is not committed yet")
  void stopWaitsForCommit() {
    final RunningEngine engine = RunningEngine.started();
    engine.module.uncommitted.set(1);
    engine.kamailio.requestStop();
    engine.await(() -> engine.module.life.contains("flush"));
    assertThat(engine.kamailio.state()).isEqualTo(ENGINE_STOPPING);
    engine.module.uncommitted.set(0);
    assertThat(engine.exitStatus()).isZero();
  }

  @Test
  @DisplayName("The age of the oldest uncommitted change makes callers stop waiting")
  void uncommittedAge() {
    try (RunningEngine engine = RunningEngine.started()) {
      engine.await(engine.kamailio::serves);
      engine.module.uncommitted.set(TimeUnit.SECONDS.toNanos(1));
      engine.await(() -> !engine.kamailio.serves());
      assertThat(engine.kamailio.now() - engine.kamailio.oldestUncommitted())
          .isBetween(TimeUnit.MILLISECONDS.toNanos(900), TimeUnit.SECONDS.toNanos(30));
      engine.module.uncommitted.set(0);
      engine.await(engine.kamailio::serves);
    }
  }

  @Test
  @DisplayName("An idle engine sleeps: it wakes for its heartbeat and no more than that")
  void idleEngineSleeps() {
    try (RunningEngine engine = RunningEngine.started()) {
      engine.await(engine.kamailio::serves);
      final int before = engine.kamailio.waits();
      final long start = System.nanoTime();
      engine.await(() -> engine.kamailio.waits() >= before + 10);
      assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(500));
      assertThat(engine.kamailio.serves()).isTrue();
    }
  }

  @Test
  @DisplayName("The clock of heartbeats is the one that C reads")
  void sameClock() {
    try (RunningEngine engine = RunningEngine.started()) {
      final long before = System.nanoTime();
      final long inC = engine.kamailio.now();
      assertThat(inC).isBetween(before, System.nanoTime());
    }
  }

  @Test
  @DisplayName("A wedged engine thread is seen as late; it serves again when it is free")
  void wedgedEngineIsLate() {
    try (RunningEngine engine = RunningEngine.started()) {
      final CountDownLatch free = new CountDownLatch(1);
      engine
          .module
          .context
          .get()
          .engine()
          .execute(
              () -> {
                try {
                  free.await();
                } catch (final InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      engine.await(() -> !engine.kamailio.serves());
      free.countDown();
      engine.await(engine.kamailio::serves);
      engine.probe(call -> call.answer(Answer.of(1)));
      assertThat(engine.call().status()).isEqualTo(WAIT_DONE);
    }
  }

  @Test
  @DisplayName("A task or timer that throws costs itself only")
  void taskFaultIsContained() {
    try (RunningEngine engine = RunningEngine.started()) {
      final var context = engine.module.context.get();
      context
          .engine()
          .execute(
              () -> {
                context
                    .timers()
                    .schedule(
                        0,
                        () -> {
                          throw new AssertionError("timer on purpose");
                        });
                throw new IllegalStateException("task on purpose");
              });
      engine.await(() -> engine.log.stream().anyMatch(line -> line.contains("timer on purpose")));
      assertThat(engine.log).anyMatch(line -> line.contains("task on purpose"));
      engine.probe(call -> call.answer(Answer.of(1)));
      assertThat(engine.call().status()).isEqualTo(WAIT_DONE);
    }
  }

  @Test
  @DisplayName("A parameter that the module does not know stops the start")
  void unknownParameter() {
    assertFails(
        fields -> parameter(fields, "colour", writer -> writer.string(T_VALUE, "red")),
        "parameters: modparam(\"probe\", \"colour\"): no such parameter");
  }

  @Test
  @DisplayName("A parameter of the wrong type stops the start")
  void wrongType() {
    assertFails(
        fields -> parameter(fields, "max_expires", writer -> writer.string(T_VALUE, "long")),
        "parameters: modparam(\"probe\", \"max_expires\"): a number is needed, not a string");
    assertFails(
        fields -> parameter(fields, "db_url", writer -> writer.integer(T_NUMBER, 5)),
        "parameters: modparam(\"probe\", \"db_url\"): a string is needed, not a number");
  }

  @Test
  @DisplayName("A function or command of the shim that the module lacks stops the start")
  void missingFunction() {
    assertFails(
        fields -> RunningEngine.function(fields, 12, "probe_more"),
        "modules: module probe offers probe_more, which this build does not have: modules and jars"
            + " are not from one build");
    assertFails(
        fields -> RunningEngine.function(fields, 12, "rpc:probe.more"),
        "modules: module probe offers rpc:probe.more, which this build does not have: modules and"
            + " jars are not from one build");
  }

  @Test
  @DisplayName("A KEMI function falls back to the function of the same name")
  void kemiFallsBack() {
    final RunningEngine engine = new RunningEngine(new SystemClock());
    engine.kamailio.config(
        fields -> module(fields, m -> RunningEngine.function(m, 12, "kemi:probe")));
    engine.start();
    engine.await(() -> engine.kamailio.state() == ENGINE_READY);
    engine.probe(call -> call.answer(Answer.of(4)));
    assertThat(
            engine
                .kamailio
                .call(0, 5_000, fields -> fields.integer(T_FUNCTION, 12))
                .number(T_RETURN))
        .isEqualTo(4);
    engine.close();
  }

  @Test
  @DisplayName("A module without Java side stops the start")
  void unknownModule() {
    final RunningEngine engine = new RunningEngine(new SystemClock());
    engine.kamailio.config(
        fields -> {
          final int mark = fields.begin(T_MODULE);
          fields.string(T_NAME, "nosuch");
          fields.end(mark);
        });
    assertFailed(engine, "modules: module nosuch has no Java side in this build");
  }

  @Test
  @DisplayName("A config section that can not be read stops the start")
  void unreadableConfig() {
    final RunningEngine engine = new RunningEngine(new SystemClock());
    engine.kamailio.config(fields -> fields.string(T_START_TIME, "no number"));
    engine.start();
    assertThat(engine.exitStatus()).isEqualTo(1);
    assertThat(engine.kamailio.failure()).startsWith("region: ");
  }

  @Test
  @DisplayName("A database that can not be used names the storage stage, and the module is closed")
  void storageFails() {
    final RunningEngine engine = new RunningEngine(new SystemClock());
    engine.module.opening.set(
        () -> {
          throw new StorageException("postgres://db: no such host");
        });
    assertFailed(engine, "storage: postgres://db: no such host");
    assertThat(engine.module.life).containsExactly("open", "close");
  }

  @Test
  @DisplayName("A parameter found wrong while loading names the parameters; another fault, load")
  void loadFails() {
    final RunningEngine wrong = new RunningEngine(new SystemClock());
    wrong.module.opening.set(
        () -> {
          throw new ParameterException("probe", "db_url", "unknown scheme");
        });
    assertFailed(wrong, "parameters: modparam(\"probe\", \"db_url\"): unknown scheme");
    final RunningEngine broken = new RunningEngine(new SystemClock());
    broken.module.opening.set(
        () -> {
          throw new IllegalStateException("a row without key");
        });
    assertFailed(broken, "load: a row without key");
  }

  @Test
  @DisplayName("A long failure text is cut at a character, never overflows")
  void longFailureIsCut() {
    final RunningEngine engine = new RunningEngine(new SystemClock());
    engine.module.opening.set(
        () -> {
          throw new StorageException("ä".repeat(3_000));
        });
    engine.start();
    assertThat(engine.exitStatus()).isEqualTo(1);
    assertThat(engine.kamailio.failure()).startsWith("storage: ä").endsWith("ä");
  }

  @Test
  @DisplayName("A mapping that is no region is refused")
  void noRegion() {
    assertThatThrownBy(() -> new Region(ByteBuffer.allocateDirect(8192), Futex.nativeDoor()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a region");
  }

  private static void assertFails(final Consumer<TlvWriter> inModule, final String failure) {
    final RunningEngine engine = new RunningEngine(new SystemClock());
    engine.kamailio.config(fields -> module(fields, inModule));
    assertFailed(engine, failure);
  }

  private static void assertFailed(final RunningEngine engine, final String failure) {
    engine.start();
    assertThat(engine.exitStatus()).isEqualTo(1);
    assertThat(engine.kamailio.state()).isEqualTo(ENGINE_FAILED);
    assertThat(engine.kamailio.failure()).isEqualTo(failure);
  }

  private static void module(final TlvWriter fields, final Consumer<TlvWriter> content) {
    final int module = fields.begin(T_MODULE);
    fields.string(T_NAME, "probe");
    content.accept(fields);
    fields.end(module);
  }

  private static void parameter(
      final TlvWriter fields, final String name, final Consumer<TlvWriter> value) {
    final int parameter = fields.begin(T_PARAM);
    fields.string(T_NAME, name);
    value.accept(fields);
    fields.end(parameter);
  }
}
