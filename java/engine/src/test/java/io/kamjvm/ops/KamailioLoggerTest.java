// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class KamailioLoggerTest {
  private final KamailioLoggerFactory factory = new KamailioLoggerFactory();
  private final Logger ours = factory.getLogger("io.kamjvm.presence.Notifier");
  private final Logger theirs = factory.getLogger("com.zaxxer.hikari.HikariDataSource");
  private final List<String> lines = new ArrayList<>();

  @BeforeEach
  void connect() {
    factory.connect((level, facility, line) -> lines.add(level + " " + line), LogSink.INFO);
  }

  @Test
  @DisplayName("SLF4J finds the binding")
  void bound() {
    assertThat(LoggerFactory.getILoggerFactory()).isInstanceOf(KamailioLoggerFactory.class);
  }

  @Test
  @DisplayName("Levels are Kamailio's; what is above the configured one is not written")
  void levels() {
    ours.error("a {}", 1);
    ours.warn("b");
    ours.info("c");
    ours.debug("d");
    assertThat(lines).containsExactly("-1 Notifier: a 1", "0 Notifier: b", "2 Notifier: c");
  }

  @Test
  @DisplayName("Libraries are heard from warnings upwards, also at debug level")
  void libraries() {
    factory.connect((level, facility, line) -> lines.add(level + " " + line), LogSink.DEBUG);
    theirs.info("Starting...");
    theirs.debug("pool stats");
    theirs.warn("pool is empty");
    assertThat(lines).containsExactly("0 HikariDataSource: pool is empty");
  }

  @Test
  @DisplayName("An event is one line, whatever it holds")
  void oneLine() {
    ours.error(
        "bad\r\nJan  1 kamailio: forged\u0000",
        new IllegalStateException("outer\nline", new RuntimeException("inner")));
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0))
        .doesNotContain("\n", "\r", "\u0000")
        .contains("IllegalStateException: outer line at KamailioLoggerTest.oneLine:")
        .contains(" caused by java.lang.RuntimeException: inner at ");
  }

  @Test
  @DisplayName("A line ends somewhere")
  void bounded() {
    ours.error("x".repeat(100_000));
    assertThat(lines.get(0).length()).isLessThan(5_000);
  }
}
