// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import java.util.Optional;

/**
 * A NOTIFY that is due, before its watcher's view of the body is made.
 *
 * @param state the value of Subscription-State
 * @param body as the package made it for all watchers
 * @param remaining seconds that the subscription still has
 * @param last whether it ends the subscription
 * @param path how it leaves; empty: as the dialog began
 * @param owed whether the watcher must get it, even where its body can not be made
 */
record NotifyDraft(
    String state,
    Optional<byte[]> body,
    long remaining,
    boolean last,
    Optional<LocalPath> path,
    boolean owed) {}
