// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.storage.RecoveryLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes in the recovery log which dialogs there are, so that the next engine goes on with them or
 * ends them. Engine thread only.
 */
final class WatchNotes {
  /** {@code presence_b2b} in {@link RecoveryLog} has 64 to 79: a watch. */
  static final int WATCH = 64;

  /** A publication of {@link Feed}. */
  static final int FED = 65;

  static final int LAST = 79;

  private static final Logger LOG = LoggerFactory.getLogger(WatchNotes.class);
  private static final int BYTES = 1_024;

  private final RecoveryLog log;

  WatchNotes(final RecoveryLog log) {
    this.log = log;
  }

  /** Whether there is room for another one. */
  boolean admits() {
    return log.admits(BYTES);
  }

  /** The watch is as it is now. */
  void note(final Watch watch) {
    final byte[] value = WatchCodec.encode(WatchCodec.of(watch));
    if (watch.note().isPresent()) {
      watch.note().get().replace(WATCH, value, 0);
    } else {
      watch.note(log.add(WATCH, value, 0));
    }
  }

  /** It is over. */
  void forget(final Watch watch) {
    watch.note().ifPresent(RecoveryLog.Entry::remove);
    watch.note(Optional.empty());
  }

  /** Something that an earlier engine has noted. */
  record Found(WatchCodec.Left left, RecoveryLog.Entry entry) {}

  /** Reads what earlier engines have noted, in order. */
  List<Found> replay() {
    final List<Found> found = new ArrayList<>();
    log.replay(
        WATCH,
        WATCH,
        noted -> {
          try {
            found.add(new Found(WatchCodec.decode(noted.value()), noted.entry()));
          } catch (final IllegalArgumentException e) {
            LOG.error("a subscription of an earlier engine can not be read: {}", e.getMessage());
            noted.entry().remove();
          }
        });
    return found;
  }
}
