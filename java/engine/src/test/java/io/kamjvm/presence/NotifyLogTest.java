// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import static io.kamjvm.presence.Requests.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.kamailio.LogFacility;
import io.kamjvm.kamailio.Outgoing;
import io.kamjvm.kamailio.OutgoingRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NotifyLogTest {
  private final List<String> lines = new ArrayList<>();
  private int debug = 2;
  private final Kamailio kamailio =
      new Kamailio() {
        @Override
        public void send(final Outgoing outgoing) {
          throw new AssertionError("only its log is asked for");
        }

        @Override
        public boolean logs(final int level) {
          return level <= debug;
        }

        @Override
        public void log(final int level, final Optional<LogFacility> facility, final String line) {
          lines.add(level + " " + facility.map(Enum::name).orElse("own") + " " + line);
        }
      };

  private Optional<String> line(final NotifyLog log, final String recordRoute) {
    final World world = new World().param("subs_db_mode", 1).start();
    world.subscribe(subscribe().recordRoute(recordRoute));
    final OutgoingRequest request = world.peers.last().request();
    return log.line(request, world.store.subscription());
  }

  @Test
  @DisplayName("the line has subscriber, next hop, presentity, package and Call-ID")
  void words() {
    final NotifyLog log = new NotifyLog(kamailio, 2, Optional.of(LogFacility.LOG_LOCAL3));
    log.write(line(log, "").orElseThrow());
    log.write(line(log, "<sip:192.0.2.9;lr>,<sip:192.0.2.8;lr>").orElseThrow());
    assertThat(lines)
        .containsExactly(
            "2 LOG_LOCAL3 NOTIFY sip:alice@d via sip:alice@192.0.2.7:5062 on behalf of sip:bob@d"
                + " for event presence : c1",
            "2 LOG_LOCAL3 NOTIFY sip:alice@d via sip:192.0.2.9;lr on behalf of sip:bob@d"
                + " for event presence : c1");
  }

  @Test
  @DisplayName("nothing is composed below Kamailio's level")
  void disabled() {
    debug = 1;
    assertThat(line(new NotifyLog(kamailio, 2, Optional.empty()), "")).isEmpty();
    debug = 2;
    assertThat(line(new NotifyLog(kamailio, 2, Optional.empty()), "")).isPresent();
  }

  @Test
  @DisplayName("facilities have syslog's numbers")
  void facilities() {
    assertThat(LogFacility.named("LOG_LOCAL7"))
        .hasValueSatisfying(f -> assertThat(f.number()).isEqualTo(23));
    assertThat(LogFacility.named("LOG_DAEMON"))
        .hasValueSatisfying(f -> assertThat(f.number()).isEqualTo(3));
    assertThat(LogFacility.named("local3")).isEmpty();
  }
}
