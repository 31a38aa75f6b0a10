// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b.qsa;

import java.util.Optional;

/**
 * A subscription as it stands.
 *
 * @param state of its SIP subscription, e.g. {@code confirmed}; {@code ignored} when nobody serves
 *     its package
 * @param last the message heard last
 */
public record SubSnapshot(SubId id, SubKey key, String state, Optional<StatusMessage> last) {}
