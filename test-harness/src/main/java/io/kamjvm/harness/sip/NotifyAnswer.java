// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.sip;

import java.time.Duration;

/**
 * What a watcher does with a NOTIFY.
 *
 * @param code final reply; 0 for no answer at all
 * @param delay before the answer
 */
public record NotifyAnswer(int code, Duration delay) {
  public static final NotifyAnswer OK = new NotifyAnswer(200, Duration.ZERO);
  public static final NotifyAnswer NONE = new NotifyAnswer(0, Duration.ZERO);

  /** Answers at once with this code. */
  public static NotifyAnswer code(final int code) {
    return new NotifyAnswer(code, Duration.ZERO);
  }

  /** Answers 200 after a while. */
  public static NotifyAnswer okAfter(final Duration delay) {
    return new NotifyAnswer(200, delay);
  }
}
