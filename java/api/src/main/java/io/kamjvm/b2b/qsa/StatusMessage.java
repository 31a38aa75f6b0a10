// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b.qsa;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of a record now. Immutable.
 *
 * @param doc the whole state; empty when none came with it: what was known before goes on
 * @param reason why a subscription is over or stale: as in Subscription-State, or {@code
 *     unreachable} when the other server does not answer or refuses
 * @param retryAfter seconds after which the other server wants to be asked again
 * @param seq counts the messages of this subscription from 1; a gap says that older ones were
 *     replaced by this one before they were delivered
 */
public record StatusMessage(
    SubId id,
    SubKey key,
    Status status,
    Optional<PresenceDoc> doc,
    ContentType type,
    Optional<String> reason,
    OptionalLong retryAfter,
    Instant at,
    long seq) {}
