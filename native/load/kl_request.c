/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kl_request.h"
#include "kl_clock.h"

#define TROUBLE (500 * KL_MS)

void kl_put_user(
		struct kl_load *load, struct kl_text *t, char kind, uint32_t index)
{
	kl_put(t, "sip:");
	kl_put(t, load->o->prefix);
	kl_put(t, "-");
	kl_put_bytes(t, &kind, 1);
	kl_put_number(t, index);
	kl_put(t, "@127.0.0.1");
}

void kl_put_head(
		struct kl_load *load, struct kl_text *t, const struct kl_tx *tx)
{
	kl_put(t, load->o->tcp ? "Via: SIP/2.0/TCP 127.0.0.1:"
						   : "Via: SIP/2.0/UDP 127.0.0.1:");
	kl_put_number(t, load->net.sockets[tx->socket].port);
	kl_put(t, ";branch=");
	kl_tx_put_branch(load->txs, tx, t);
	kl_put(t, "\r\nMax-Forwards: 70\r\n");
}

void kl_request(struct kl_load *load, struct kl_tx *tx, struct kl_text *t,
		enum kl_kind kind, uint32_t index, int64_t due)
{
	tx->kind = kind;
	tx->index = index;
	tx->due = due;
	kl_must(load, kl_tx_send(load->txs, tx, &load->net, t, load->now));
	load->stats.kinds[kind].sent++;
	load->under_way++;
}

static void succeeded(
		struct kl_load *load, struct kl_counts *counts, int64_t ns)
{
	int64_t pause = load->now - load->stats.last_success;

	kl_histogram_add(&counts->latency, ns / KL_US);
	if(load->phase == KL_MEASURE && pause > load->stats.longest_pause)
		load->stats.longest_pause = pause;
	load->stats.last_success = load->now;
}

int64_t kl_count_reply(struct kl_load *load, const struct kl_tx *tx,
		const struct kl_sip *reply)
{
	struct kl_counts *counts = &load->stats.kinds[tx->kind];
	bool well = reply->code < 300;
	int64_t took = load->now - tx->due;

	counts->codes[reply->code]++;
	if(well)
		succeeded(load, counts, took);
	if(load->phase == KL_AFTER || load->phase == KL_DRAIN) {
		if(!well || took > TROUBLE)
			load->stats.last_trouble = load->now;
		if(well)
			load->stats.after_ok++;
		else
			load->stats.after_failed++;
	}
	if(reply->code < 500 || !reply->has_retry_after)
		return 0;
	counts->busy++;
	return load->o->ignore_busy ? 0 : reply->retry_after * KL_S;
}

void kl_finish(struct kl_load *load, enum kl_kind kind, bool well)
{
	load->under_way--;
	if(well && load->phase == KL_MEASURE)
		load->stats.kinds[kind].completed++;
}
