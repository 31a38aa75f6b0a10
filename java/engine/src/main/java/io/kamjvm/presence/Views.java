// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.Optional;
import java.util.function.Consumer;

/** A presentity's state as one watcher may see it. Engine thread only. */
final class Views {

  /** Whether {@link #of} may be called: else {@link #make}. */
  boolean immediate(final Subscription subscription) {
    return true;
  }

  /** The view, made at once. */
  Optional<byte[]> of(final Subscription subscription, final Optional<byte[]> body) {
    return body.map(
        b -> subscription.presentity().eventPackage().view(b, subscription.version() + 1));
  }

  /** The view, made by the package's own thread; {@code made} is called in a later turn. */
  void make(
      final Subscription subscription,
      final Optional<byte[]> body,
      final Consumer<Optional<byte[]>> made) {
    made.accept(of(subscription, body));
  }
}
