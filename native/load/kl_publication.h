/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Presentities: each publishes one PIDF document (RFC 3863, RFC 3903) that
 * carries the number of its state.
 */
#ifndef KL_PUBLICATION_H
#define KL_PUBLICATION_H

#include "kl_load.h"

/* Publishes the next state of a presentity that is free; false when there is
 * none. Latency counts from `due`. */
bool kl_publish(struct kl_load *load, int64_t due);

void kl_publish_answered(struct kl_load *load, const struct kl_tx *tx,
		const struct kl_sip *reply);
void kl_publish_timed_out(struct kl_load *load, uint32_t index);

/* A watcher has been shown this state for the first time. */
void kl_publication_shown(struct kl_load *load, uint32_t index, uint32_t state);

/* The NOTIFYs it waits for have not come. */
void kl_publication_overdue(struct kl_load *load, uint32_t index);

/* The number of the state in a document; 0 when there is none. */
uint32_t kl_state_of(struct kl_str document);

#endif
