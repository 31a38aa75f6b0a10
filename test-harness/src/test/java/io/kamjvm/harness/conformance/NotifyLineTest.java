// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.conformance;

import static io.kamjvm.harness.Scene.someone;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.harness.Await;
import io.kamjvm.harness.KamailioConfig;
import io.kamjvm.harness.KamailioProcess;
import io.kamjvm.harness.Scene;
import io.kamjvm.harness.sip.Documents;
import io.kamjvm.harness.sip.SipPeer;
import io.kamjvm.harness.sip.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The line per NOTIFY: local_log_level, local_log_facility. */
class NotifyLineTest {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  /* syslog(3) is a datagram to the system's daemon; here it becomes a line in a file */
  private static final String SYSLOG =
      """
      #include <stdarg.h>
      #include <stdio.h>

      static void say(int priority, const char *format, va_list ap)
      {
        char text[4096];
        vsnprintf(text, sizeof(text), format, ap);
        FILE *file = fopen(SYSLOG_FILE, "a");
        if(file != NULL) {
          fprintf(file, "facility=%d level=%d %s", priority >> 3, priority & 7, text);
          fclose(file);
        }
      }
      void syslog(int priority, const char *format, ...)
      {
        va_list ap;
        va_start(ap, format);
        say(priority, format, ap);
        va_end(ap);
      }
      void __syslog_chk(int priority, int flag, const char *format, ...)
      {
        va_list ap;
        (void)flag;
        va_start(ap, format);
        say(priority, format, ap);
        va_end(ap);
      }
      """;

  /* to syslog instead of stderr: neither the option nor the cfg may ask for stderr */
  private static final String LAUNCHER =
      """
      words=()
      for word; do
        [ "$word" = -E ] || words+=("$word")
        [ ! -f "$word" ] || [ "$word" = "$1" ] || sed -i s/^log_stderror=yes// "$word"
      done
      LD_PRELOAD="$0" exec "${words[@]}"
      """;

  private static String line(final String level, final Watch watch, final String bob) {
    return level
        + ".*NOTIFY sip:[^ ]+@example.org via "
        + Pattern.quote(watch.contact())
        + " on behalf of "
        + Pattern.quote(bob)
        + " for event presence : "
        + watch.callId();
  }

  @Nested
  class Shown {
    @RegisterExtension
    static final Scene SCENE = Scene.inMemory(config -> config.presence("local_log_level", 1));

    @Test
    @DisplayName("one line for each NOTIFY, at the level asked for")
    void shown() {
      final String bob = someone("bob");
      final Watch alice = SCENE.peer().watch(someone("alice"), bob);
      alice.start();
      final String expected = line("NOTICE:", alice, bob);
      SCENE.kamailio().log().await(expected, LIMIT);
      final long mark = SCENE.kamailio().log().mark();
      SCENE.peer().publisher(bob).publish(Documents.pidf(bob, "t", "open", "x"));
      alice.next();
      SCENE.kamailio().log().await(expected, mark, LIMIT);
      assertThat(SCENE.kamailio().log().matching(alice.callId() + "$")).hasSize(2);
    }
  }

  @Nested
  class Hidden {
    @RegisterExtension
    static final Scene SCENE = Scene.inMemory(config -> config.presence("local_log_level", 3));

    @Test
    @DisplayName("none when the level is above Kamailio's debug")
    void hidden() {
      final String bob = someone("bob");
      for (int i = 0; i < 3; i++) {
        SCENE.peer().watch(someone("alice"), bob).start();
      }
      SCENE.kamailio().kamcmd().run("core.version");
      assertThat(SCENE.kamailio().log().matching(" on behalf of ")).isEmpty();
    }
  }

  @Test
  @DisplayName("local_log_facility is the facility of that line, and of no other")
  void facility(@TempDir final Path directory) throws IOException, InterruptedException {
    Scene.requireModules();
    final Path source = Files.writeString(directory.resolve("syslog.c"), SYSLOG);
    final Path syslog = directory.resolve("syslog");
    final Path library = directory.resolve("syslog.so");
    final Process compiler =
        new ProcessBuilder(
                "gcc",
                "-shared",
                "-fPIC",
                "-DSYSLOG_FILE=\"" + syslog + "\"",
                "-o",
                library.toString(),
                source.toString())
            .inheritIO()
            .start();
    assertThat(compiler.waitFor()).isZero();
    final KamailioConfig config =
        KamailioConfig.memoryOnly()
            .global("log_facility=LOG_LOCAL1")
            .presence("local_log_facility", "LOG_LOCAL3")
            .launcher(List.of("bash", "-c", LAUNCHER, library.toString()));
    try (KamailioProcess kamailio = KamailioProcess.start(config);
        SipPeer peer = SipPeer.towards(kamailio.port())) {
      final String bob = someone("bob");
      final Watch alice = peer.watch(someone("alice"), bob);
      alice.start();
      final Pattern ours = Pattern.compile("^facility=19 level=6 " + line("", alice, bob));
      Await.until("the line is written", LIMIT, () -> matching(syslog, ours) == 1);
      assertThat(matching(syslog, Pattern.compile("^facility=19 "))).isEqualTo(1);
      assertThat(matching(syslog, Pattern.compile("^facility=17 "))).isPositive();
    }
  }

  private static long matching(final Path file, final Pattern pattern) {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return lines.filter(pattern.asPredicate()).count();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
