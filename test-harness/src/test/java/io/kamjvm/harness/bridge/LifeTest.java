// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bridge;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.Deviation;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Kamcmd;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.Signal;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.SipMessage;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How engine and keeper live and end, in the ways in which Kamailio is run. */
@Deviation("has no engine")
@Tag("alone")
class LifeTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** Runs Kamailio as a daemon, takes TERM for it and ends when it has ended. */
  private static final String DAEMON =
      """
      words=()
      while [ $# -gt 0 ]; do
        case $1 in
        -DD | -E) ;;
        -P) pid_file=$2 && words+=("$1" "$2") && shift ;;
        *) words+=("$1") ;;
        esac
        shift
      done
      "${words[@]}" || exit
      main=$(cat "$pid_file")
      trap 'kill "$main"' TERM
      while kill -0 "$main" 2>/dev/null; do sleep 0.1; done
      """;

  /** Runs Kamailio as the first process of a namespace, takes TERM for it. */
  private static final String PROCESS_ONE =
      """
      unshare --pid --fork --mount-proc "$@" &
      outer=$!
      trap 'kill "$(cat "/proc/$outer/task/$outer/children")"' TERM
      wait $outer
      wait $outer
      """;

  @BeforeAll
  static void modulesAreBuilt() {
    Scene.requireModules();
  }

  private static KamailioConfig launched(final String script) {
    return KamailioConfig.memoryOnly().launcher(List.of("bash", "-c", script, "launcher"));
  }

  private static void serves(final KamailioProcess kamailio) {
    try (SipPeer peer = SipPeer.towards(kamailio.port())) {
      Scene.warmUp(peer);
      final String bob = someone("bob");
      peer.publisher(bob).publish(Documents.pidf(bob, "t", "open", "alive"));
      assertThat(peer.watch(someone("alice"), bob).start().body()).contains("alive");
    }
  }

  @Test
  @DisplayName("as a daemon, whose stop signals the whole process group, it ends cleanly")
  void daemon() {
    endsCleanly(KamailioProcess.start(launched(DAEMON)));
  }

  @Test
  @DisplayName("as process 1 of a container it serves, and ends cleanly")
  void processOne() throws IOException, InterruptedException {
    assumeTrue(
        new ProcessBuilder("unshare", "--pid", "--fork", "--mount-proc", "true").start().waitFor()
            == 0,
        "namespaces can not be made here");
    endsCleanly(KamailioProcess.start(launched(PROCESS_ONE)));
  }

  private static void endsCleanly(final KamailioProcess kamailio) {
    try (kamailio) {
      serves(kamailio);
      final long start = System.nanoTime();
      assertThat(kamailio.stop()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
      assertThat(kamailio.log().matching("is killed|died of signal")).isEmpty();
    }
    assertThat(kamailio.pids()).isEmpty();
  }

  @Test
  @DisplayName("one life: hygiene, answers while the engine is away, a crash whose report is named")
  void oneLife() throws IOException {
    final KamailioConfig config =
        KamailioConfig.memoryOnly()
            .presence("busy_code", 503)
            .presence("busy_retry_after", 1)
            .presenceXml("busy_code", 503);
    try (KamailioProcess kamailio = KamailioProcess.start(config);
        SipPeer peer = SipPeer.towards(kamailio.port())) {
      Scene.warmUp(peer);
      final long engine = kamailio.engine().orElseThrow();
      hygiene(Path.of("/proc", Long.toString(engine)), kamailio.mainPid());
      whileTheEngineIsAway(kamailio, peer, engine);
      crashReport(kamailio, peer, engine);
    }
  }

  private static void hygiene(final Path engine, final long main) throws IOException {
    final List<String> status = Files.readAllLines(engine.resolve("status"));
    final long mine = Long.parseLong(engine.getFileName().toString());
    assertThat(number(status, "NSsid:", 10)).as("session").isEqualTo(mine);
    final long stopping = 1L | 1L << 1 | 1L << 14;
    assertThat(number(status, "SigBlk:", 16) & stopping).as("HUP, INT, TERM").isEqualTo(stopping);
    assertThat(number(status, "SigIgn:", 16) & stopping).as("ignored").isZero();
    assertThat(Files.readString(engine.resolve("oom_score_adj")).strip()).isEqualTo("800");
    assertThat(Files.readAllLines(engine.resolve("limits")))
        .anyMatch(line -> line.matches("Max core file size +0 +0 .*"));
    final List<String> maps = Files.readAllLines(engine.resolve("maps"));
    assertThat(maps).as("the archive of its classes").anyMatch(l -> l.endsWith("/lib/kamjvm.jsa"));
    final List<String> shared =
        maps.stream()
            .filter(line -> line.matches("\\S+ .w.s .*"))
            .filter(line -> !line.contains("hsperfdata"))
            .toList();
    assertThat(shared).as("shared mappings: region, recovery log").hasSize(2);
    assertThat(sockets(engine))
        .as("sockets of Kamailio")
        .doesNotContainAnyElementsOf(sockets(Path.of("/proc", Long.toString(main))));
  }

  private static List<String> sockets(final Path process) throws IOException {
    try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
      return descriptors.map(LifeTest::target).filter(name -> name.startsWith("socket:")).toList();
    }
  }

  private static void whileTheEngineIsAway(
      final KamailioProcess kamailio, final SipPeer peer, final long engine) {
    Signal.STOP.send(engine);
    kamailio.log().await("the engine is late", LIMIT);
    final String bob = someone("bob");
    final SipMessage busy =
        peer.publisher(bob).publish(Documents.pidf(bob, "t", "open", "busy"), 600);
    assertThat(busy.startLine()).isEqualTo("SIP/2.0 503 Service Unavailable");
    assertThat(busy.required("Retry-After")).isEqualTo("1");
    assertThat(
            peer.send(
                    peer.request(Transport.UDP, "INFO", bob, someone("asker"))
                        .header("X-Event", "presence"))
                .startLine())
        .as("what the script says after -1, and nothing of ours")
        .isEqualTo("SIP/2.0 480 Nobody subscribed");
    final Kamcmd.Output list = kamailio.kamcmd().run("presence.presentity_list");
    assertThat(list.text()).contains("503").contains("does not answer now");
    Signal.CONT.send(engine);
    kamailio.log().await("the engine is back", LIMIT);
  }

  private static void crashReport(
      final KamailioProcess kamailio, final SipPeer peer, final long engine) throws IOException {
    Signal.SEGV.send(engine);
    final String line = kamailio.log().await("the JVM crashed, its report is ", LIMIT);
    final Path report = Path.of(line.substring(line.lastIndexOf(' ') + 1).strip());
    try {
      assertThat(Files.readString(report)).contains("A fatal error has been detected");
    } finally {
      Files.deleteIfExists(report);
    }
    Await.until(
        "another engine serves",
        LIMIT,
        () -> {
          final String bob = someone("bob");
          return peer.publisher(bob).publish(Documents.pidf(bob, "t", "open", "x"), 600).code()
              == 200;
        });
  }

  private static long number(final List<String> status, final String name, final int radix) {
    return status.stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.substring(name.length()).strip(), radix))
        .findFirst()
        .orElseThrow();
  }

  private static String target(final Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (final IOException e) {
      return "";
    }
  }
}
