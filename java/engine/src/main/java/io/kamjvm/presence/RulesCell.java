// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What is known of a presentity's rules. Engine thread only; fields are {@link RulesDesk}'s. */
final class RulesCell {

  /** Rules as they were fetched; a presentity may have none. */
  record Known(Optional<Rules> rules) {}

  /** As they were fetched last; empty from the moment that somebody says they have changed. */
  Optional<Known> known = Optional.empty();

  /** When that was asked for. */
  long sinceMillis;

  /** The last that is known of them, whether or not they can be had now. */
  Optional<Known> last = Optional.empty();

  /** Until when nobody asks again for the sake of a view. */
  long lastUntilMillis = Long.MIN_VALUE;

  /** Rises when somebody has said that the rules have changed. */
  int epoch;

  /** Who waits for them. */
  final List<Consumer<Optional<Known>>> waiting = new ArrayList<>(0);

  /** Judging all watchers anew, one run after another. */
  final EntityQueue reevaluations = new EntityQueue(() -> {});
}
