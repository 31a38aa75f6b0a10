// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.rules;

import java.time.Instant;
import java.util.Optional;

/**
 * What conditions are asked about.
 *
 * @param watcher who wants to see, {@code sip:user@host}
 * @param sphere what the presentity says it is in; empty when it says nothing, and where nobody
 *     looks
 */
public record Situation(WatcherIdentity watcher, Optional<String> sphere, Instant now) {}
