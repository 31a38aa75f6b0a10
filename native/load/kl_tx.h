/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Client transactions, not INVITE (RFC 3261, 17.1.2). Their branch names the
 * slot, so a reply finds its transaction without a search.
 */
#ifndef KL_TX_H
#define KL_TX_H

#include "kl_net.h"
#include "kl_options.h"

#define KL_TRANSACTIONS 16384

struct kl_tx
{
	bool active;
	enum kl_kind kind;
	uint32_t index;		 /* of the presentity or dialog */
	uint32_t generation; /* tells the users of a slot apart */
	uint32_t place;		 /* in the list of the active */
	unsigned socket;
	int64_t due; /* when it was to be sent: latency counts from here */
	int64_t resend, interval, deadline;
	char *bytes;
	size_t len;
};

struct kl_txs
{
	struct kl_tx slots[KL_TRANSACTIONS];
	uint32_t active[KL_TRANSACTIONS], n_active;
	uint32_t unused[KL_TRANSACTIONS], n_unused;
	int64_t t1;
	bool reliable;
};

struct kl_txs *kl_txs_new(int64_t t1, bool reliable);
void kl_txs_free(struct kl_txs *txs);

/* A slot to write a request for; NULL when all are taken. */
struct kl_tx *kl_tx_new(struct kl_txs *txs);

/* Writes the value of its branch parameter. */
void kl_tx_put_branch(
		const struct kl_txs *txs, const struct kl_tx *tx, struct kl_text *t);

/* Keeps a copy of the request and sends it; false when it can not be sent. */
bool kl_tx_send(struct kl_txs *txs, struct kl_tx *tx, struct kl_net *net,
		const struct kl_text *request, int64_t now);

/* The transaction of a reply; NULL when it is over or not ours. */
struct kl_tx *kl_tx_find(struct kl_txs *txs, struct kl_str branch);

void kl_tx_end(struct kl_txs *txs, struct kl_tx *tx);

/* Called for each transaction whose time is up, which has ended by then. */
typedef void (*kl_timeout_f)(void *context, const struct kl_tx *tx);

/* Sends again what is due and ends what got no answer within 64 T1. Returns
 * how many were sent again. */
uint64_t kl_txs_tick(struct kl_txs *txs, struct kl_net *net, int64_t now,
		kl_timeout_f timeout, void *context);

#endif
