/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kl_tx.h"
#include "kl_clock.h"

#include <stdlib.h>

#define MAGIC "z9hG4bKkl"
#define T2 (4 * KL_S)

struct kl_txs *kl_txs_new(int64_t t1, bool reliable)
{
	struct kl_txs *txs = calloc(1, sizeof(*txs));
	uint32_t i;

	if(txs == NULL)
		return NULL;
	txs->t1 = t1;
	txs->reliable = reliable;
	for(i = 0; i < KL_TRANSACTIONS; i++)
		txs->unused[i] = KL_TRANSACTIONS - 1 - i;
	txs->n_unused = KL_TRANSACTIONS;
	return txs;
}

void kl_txs_free(struct kl_txs *txs)
{
	uint32_t i;

	for(i = 0; i < KL_TRANSACTIONS; i++)
		free(txs->slots[i].bytes);
	free(txs);
}

struct kl_tx *kl_tx_new(struct kl_txs *txs)
{
	struct kl_tx *tx;

	if(txs->n_unused == 0)
		return NULL;
	tx = &txs->slots[txs->unused[--txs->n_unused]];
	tx->active = true;
	tx->generation++;
	tx->place = txs->n_active;
	txs->active[txs->n_active++] = (uint32_t)(tx - txs->slots);
	return tx;
}

void kl_tx_put_branch(
		const struct kl_txs *txs, const struct kl_tx *tx, struct kl_text *t)
{
	kl_put(t, MAGIC);
	kl_put_number(t, (uint64_t)(tx - txs->slots));
	kl_put(t, "-");
	kl_put_number(t, tx->generation);
}

bool kl_tx_send(struct kl_txs *txs, struct kl_tx *tx, struct kl_net *net,
		const struct kl_text *request, int64_t now)
{
	tx->deadline = now + 64 * txs->t1;
	tx->interval = txs->t1;
	tx->resend = txs->reliable ? tx->deadline : now + tx->interval;
	if(request->cut)
		return false;
	if(!txs->reliable) {
		char *bytes = realloc(tx->bytes, request->len);
		if(bytes == NULL)
			return false;
		memcpy(bytes, request->at, request->len);
		tx->bytes = bytes;
		tx->len = request->len;
	}
	return kl_net_send(net, tx->socket, request->at, request->len);
}

static bool take_number(struct kl_str *s, uint32_t *number)
{
	uint64_t n = 0;
	size_t i;

	for(i = 0; i < s->len && s->s[i] >= '0' && s->s[i] <= '9' && i < 10; i++)
		n = n * 10 + (unsigned)(s->s[i] - '0');
	*number = (uint32_t)n;
	s->s += i;
	s->len -= i;
	return i > 0;
}

struct kl_tx *kl_tx_find(struct kl_txs *txs, struct kl_str branch)
{
	uint32_t slot, generation;
	size_t magic = strlen(MAGIC);

	if(branch.len <= magic || memcmp(branch.s, MAGIC, magic) != 0)
		return NULL;
	branch.s += magic;
	branch.len -= magic;
	if(!take_number(&branch, &slot) || slot >= KL_TRANSACTIONS
			|| branch.len == 0)
		return NULL;
	branch.s++;
	branch.len--;
	if(!take_number(&branch, &generation) || !txs->slots[slot].active
			|| txs->slots[slot].generation != generation)
		return NULL;
	return &txs->slots[slot];
}

void kl_tx_end(struct kl_txs *txs, struct kl_tx *tx)
{
	uint32_t last = txs->active[--txs->n_active];

	txs->active[tx->place] = last;
	txs->slots[last].place = tx->place;
	tx->active = false;
	txs->unused[txs->n_unused++] = (uint32_t)(tx - txs->slots);
}

uint64_t kl_txs_tick(struct kl_txs *txs, struct kl_net *net, int64_t now,
		kl_timeout_f timeout, void *context)
{
	uint64_t again = 0;
	uint32_t i;

	/* backwards, because an ended one is replaced by the last */
	for(i = txs->n_active; i-- > 0;) {
		struct kl_tx *tx = &txs->slots[txs->active[i]];
		if(now >= tx->deadline) {
			kl_tx_end(txs, tx);
			timeout(context, tx);
		} else if(now >= tx->resend) {
			tx->interval = tx->interval * 2 < T2 ? tx->interval * 2 : T2;
			tx->resend = now + tx->interval;
			kl_net_send(net, tx->socket, tx->bytes, tx->len);
			again++;
		}
	}
	return again;
}
