/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Watchers: each has one subscription (RFC 6665), a dialog of its own. Its
 * Call-ID names it, so a NOTIFY finds its dialog without a search.
 */
#ifndef KL_SUBSCRIPTION_H
#define KL_SUBSCRIPTION_H

#include "kl_load.h"

/* Makes one more watcher, or lets one try again; they share the presentities
 * evenly. False when there is no room. Latency counts from `due`. */
bool kl_subscribe(struct kl_load *load, int64_t due);

/* Refreshes a subscription that is at rest; false when there is none. */
bool kl_refresh(struct kl_load *load, int64_t due);

void kl_subscribe_answered(struct kl_load *load, const struct kl_tx *tx,
		const struct kl_sip *reply);
void kl_subscribe_timed_out(struct kl_load *load, const struct kl_tx *tx);

/* Answers a NOTIFY and looks at what it tells. */
void kl_notified(
		struct kl_load *load, unsigned socket, const struct kl_sip *notify);

/* The NOTIFY that its SUBSCRIBE should have brought has not come. */
void kl_subscription_overdue(struct kl_load *load, uint32_t index);

/* Living watchers that have not been shown the state acknowledged last. */
uint32_t kl_stale_watchers(const struct kl_load *load);

#endif
