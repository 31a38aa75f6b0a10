// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.kamailio.Kamailio;
import io.kamjvm.kamailio.LogFacility;
import io.kamjvm.kamailio.OutgoingRequest;
import io.kamjvm.storage.SubscriptionRow;
import java.util.Optional;

/**
 * The line that {@code local_log_level} and {@code local_log_facility} are about (spec presence
 * 8.7): one for each NOTIFY that has left, in upstream's words. Engine thread only.
 */
final class NotifyLog {
  private final Kamailio kamailio;
  private final int level;
  private final Optional<LogFacility> facility;

  NotifyLog(final Kamailio kamailio, final int level, final Optional<LogFacility> facility) {
    this.kamailio = kamailio;
    this.level = level;
    this.facility = facility;
  }

  /** What is to be written when it has left; empty when nobody would read it. */
  Optional<String> line(final OutgoingRequest request, final SubscriptionRow row) {
    if (!kamailio.logs(level)) {
      return Optional.empty();
    }
    return Optional.of(
        "NOTIFY "
            + request.remoteUri()
            + " via "
            + nextHop(request)
            + " on behalf of "
            + row.presentityUri()
            + " for event "
            + row.event()
            + " : "
            + row.callId());
  }

  void write(final String line) {
    kamailio.log(level, facility, line);
  }

  private static String nextHop(final OutgoingRequest request) {
    final String first = request.routeSet();
    if (first.isEmpty()) {
      return request.remoteTarget().isEmpty() ? request.remoteUri() : request.remoteTarget();
    }
    final int start = first.indexOf('<') + 1;
    final int end = first.indexOf('>', start);
    return first.substring(start, end < 0 ? first.length() : end);
  }
}
