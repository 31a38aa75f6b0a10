// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.SubId;
import io.kamjvm.storage.RecoveryLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Notes in the recovery log what is published beside us, so that it is continued. */
final class FedNotes {
  private static final String SEPARATOR = "\n";
  private static final int PARTS = 3;

  private final RecoveryLog log;
  private final List<Left> left = new ArrayList<>();

  FedNotes(final RecoveryLog log) {
    this.log = log;
  }

  /** What an earlier engine has published. */
  record Left(String presentity, SubId owner, String etag, RecoveryLog.Entry entry) {}

  /** Reads; on the starting thread. */
  void load() {
    log.replay(
        WatchNotes.FED,
        WatchNotes.FED,
        noted -> {
          final String[] parts =
              new String(noted.value(), StandardCharsets.UTF_8).split(SEPARATOR, PARTS);
          if (parts.length == PARTS) {
            left.add(new Left(parts[0], new SubId(parts[1]), parts[2], noted.entry()));
          } else {
            noted.entry().remove();
          }
        });
  }

  /** What {@link #load} has read, once. */
  List<Left> replay() {
    final List<Left> taken = List.copyOf(left);
    left.clear();
    return taken;
  }

  Optional<RecoveryLog.Entry> note(
      final Optional<RecoveryLog.Entry> entry,
      final String presentity,
      final SubId owner,
      final Optional<String> etag) {
    final byte[] value =
        String.join(SEPARATOR, presentity, owner.text(), etag.orElse(""))
            .getBytes(StandardCharsets.UTF_8);
    if (entry.isPresent()) {
      entry.get().replace(WatchNotes.FED, value, 0);
      return entry;
    }
    return log.add(WatchNotes.FED, value, 0);
  }

  void forget(final Optional<RecoveryLog.Entry> entry) {
    entry.ifPresent(RecoveryLog.Entry::remove);
  }
}
