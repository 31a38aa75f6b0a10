/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the requests have in common.
 */
#ifndef KL_REQUEST_H
#define KL_REQUEST_H

#include "kl_load.h"

/* Writes sip:PREFIX-KIND-INDEX@127.0.0.1. */
void kl_put_user(
		struct kl_load *load, struct kl_text *t, char kind, uint32_t index);

/* Writes Via and Max-Forwards. */
void kl_put_head(
		struct kl_load *load, struct kl_text *t, const struct kl_tx *tx);

/* Counts and sends a request that is written. */
void kl_request(struct kl_load *load, struct kl_tx *tx, struct kl_text *t,
		enum kl_kind kind, uint32_t index, int64_t due);

/* Counts a final reply. Returns how long to keep away, in nanoseconds. */
int64_t kl_count_reply(struct kl_load *load, const struct kl_tx *tx,
		const struct kl_sip *reply);

/* One operation less is under way. */
void kl_finish(struct kl_load *load, enum kl_kind kind, bool well);

#endif
