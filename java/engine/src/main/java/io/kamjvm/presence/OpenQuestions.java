// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.time.EngineClock;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which questions requests wait for, and for how long. Engine thread only. */
final class OpenQuestions {
  private final EngineClock clock;
  private final Map<Object, Long> since = new LinkedHashMap<>();

  OpenQuestions(final EngineClock clock) {
    this.clock = clock;
  }

  /** A request begins to wait; what is returned ends that. */
  Object asked() {
    final Object question = new Object();
    since.put(question, clock.monotonicMillis());
    return question;
  }

  void answered(final Object question) {
    since.remove(question);
  }

  /** How many milliseconds the oldest has been waiting, at least 1; 0 when none does. */
  long oldestMillis() {
    final Iterator<Long> oldest = since.values().iterator();
    return oldest.hasNext() ? Math.max(1, clock.monotonicMillis() - oldest.next()) : 0;
  }
}
