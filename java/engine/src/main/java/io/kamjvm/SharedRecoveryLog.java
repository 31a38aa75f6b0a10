// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.bridge.RecoverySpace;
import io.kamjvm.storage.RecoveryLog;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The recovery log in the memory that the keeper holds. */
public final class SharedRecoveryLog implements RecoveryLog {
  private static final Logger LOG = LoggerFactory.getLogger(SharedRecoveryLog.class);

  private final RecoverySpace space;
  private boolean full;
  private long refused;
  private long unnoted;

  /**
   * @param mapping the whole mapping, as the keeper made it or as an earlier engine left it
   */
  public SharedRecoveryLog(final ByteBuffer mapping) {
    space = new RecoverySpace(mapping);
    if (space.damages() > 0) {
      LOG.error("{} parts of the recovery log are damaged and lost", space.damages());
    }
  }

  private static final class Noted implements Entry {
    private final RecoverySpace.Entry entry;

    Noted(final RecoverySpace.Entry entry) {
      this.entry = entry;
    }

    @Override
    public boolean replace(final int kind, final byte[] value, final long counter) {
      return entry.replace(kind, value, counter);
    }

    @Override
    public void counter(final long value) {
      entry.counter(value);
    }

    @Override
    public void remove() {
      entry.remove();
    }
  }

  @Override
  public void replay(final int firstKind, final int lastKind, final Consumer<Left> consumer) {
    for (final RecoverySpace.Entry entry : space.entries()) {
      if (entry.kind() >= firstKind && entry.kind() <= lastKind) {
        consumer.accept(new Left(entry.kind(), entry.value(), entry.counter(), new Noted(entry)));
      }
    }
  }

  @Override
  public Optional<Entry> add(final int kind, final byte[] value, final long counter) {
    final Optional<RecoverySpace.Entry> entry = space.add(kind, value, counter);
    if (entry.isEmpty() && unnoted++ == 0) {
      LOG.error("recovery_memory is used up: what comes now does not outlive the engine");
    }
    return entry.map(Noted::new);
  }

  @Override
  public boolean admits(final int bytes) {
    if (space.admits(bytes)) {
      if (full) {
        full = false;
        LOG.warn("recovery_memory has room again; {} requests have been refused so far", refused);
      }
      return true;
    }
    refused++;
    if (!full) {
      full = true;
      LOG.error(
          "recovery_memory is full ({} MB of state): requests that add to it get the busy answer",
          space.liveBytes() >> 20);
    }
    return false;
  }
}
