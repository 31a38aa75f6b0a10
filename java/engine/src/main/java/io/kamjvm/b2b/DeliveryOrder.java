// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.qsa.PresenceDoc;
import io.kamjvm.kamailio.ModuleContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * Tells things in the order in which they came, although long documents are read elsewhere. Engine
 * thread only.
 */
final class DeliveryOrder {
  /** Documents of so many bytes are read at once. */
  private static final int SMALL_BODY = 8_192;

  private final ModuleContext context;
  private final Deque<Runnable> waiting = new ArrayDeque<>(0);
  private boolean reading;

  DeliveryOrder(final ModuleContext context) {
    this.context = context;
  }

  /** Tells what needs no reading. */
  void tell(final Runnable what) {
    if (reading) {
      waiting.add(what);
    } else {
      what.run();
    }
  }

  /**
   * Reads the body and tells.
   *
   * @param unreadable run before, when it can not be read
   */
  void tell(
      final Optional<EuacClient.Body> body,
      final Runnable unreadable,
      final Consumer<Optional<PresenceDoc>> what) {
    tell(() -> read(body, unreadable, what));
  }

  private void read(
      final Optional<EuacClient.Body> body,
      final Runnable unreadable,
      final Consumer<Optional<PresenceDoc>> what) {
    if (body.isEmpty()) {
      what.accept(Optional.empty());
    } else if (body.get().bytes().length <= SMALL_BODY) {
      done(PresenceDocs.read(body.get()), unreadable, what);
    } else {
      reading = true;
      try {
        context.background().execute(() -> readLong(body.get(), unreadable, what));
      } catch (final RejectedExecutionException e) {
        reading = false;
        done(Optional.empty(), unreadable, what);
      }
    }
  }

  private void readLong(
      final EuacClient.Body body,
      final Runnable unreadable,
      final Consumer<Optional<PresenceDoc>> what) {
    final Optional<PresenceDoc> read = PresenceDocs.read(body);
    context
        .engine()
        .execute(
            () -> {
              reading = false;
              done(read, unreadable, what);
              while (!reading && !waiting.isEmpty()) {
                waiting.poll().run();
              }
            });
  }

  private static void done(
      final Optional<PresenceDoc> read,
      final Runnable unreadable,
      final Consumer<Optional<PresenceDoc>> what) {
    if (read.isEmpty()) {
      unreadable.run();
    }
    what.accept(read);
  }
}
