/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kl_subscription.h"
#include "kl_clock.h"
#include "kl_publication.h"
#include "kl_request.h"

#include <stdlib.h>

static void put_subscribe(struct kl_load *load, struct kl_text *t,
		const struct kl_tx *tx, uint32_t index)
{
	const struct kl_dialog *d = &load->dialogs[index];

	kl_put(t, "SUBSCRIBE ");
	if(d->up)
		kl_put(t, load->target);
	else
		kl_put_user(load, t, 'p', d->presentity);
	kl_put(t, " SIP/2.0\r\n");
	kl_put_head(load, t, tx);
	kl_put(t, "From: <");
	kl_put_user(load, t, 'w', index);
	kl_put(t, ">;tag=kl\r\nTo: <");
	kl_put_user(load, t, 'p', d->presentity);
	kl_put(t, ">");
	if(d->up) {
		kl_put(t, ";tag=");
		kl_put(t, d->remote_tag);
	}
	kl_put(t, "\r\nCall-ID: ");
	kl_put(t, load->o->prefix);
	kl_put(t, ".w.");
	kl_put_number(t, index);
	kl_put(t, "\r\nCSeq: ");
	kl_put_number(t, d->cseq);
	kl_put(t, " SUBSCRIBE\r\nEvent: presence\r\nExpires: ");
	kl_put_number(t, load->o->expires);
	kl_put(t, "\r\nContact: <sip:");
	kl_put_number(t, index);
	kl_put(t, "@127.0.0.1:");
	kl_put_number(t, load->net.sockets[tx->socket].port);
	kl_put(t, load->o->tcp ? ";transport=tcp>\r\n" : ">\r\n");
	kl_put(t, "Content-Length: 0\r\n\r\n");
}

static void start(struct kl_load *load, struct kl_tx *tx, uint32_t index,
		enum kl_kind kind, int64_t due)
{
	struct kl_text t = {load->scratch, 0, KL_MESSAGE_MAX, false};
	struct kl_dialog *d = &load->dialogs[index];

	d->cseq++;
	d->under_way = true;
	d->answered = d->notified = false;
	tx->socket = index % load->net.count;
	put_subscribe(load, &t, tx, index);
	kl_request(load, tx, &t, kind, index, due);
}

static bool room_for_one_more(struct kl_load *load)
{
	uint32_t room = load->room_for_dialogs * 2;
	struct kl_dialog *dialogs;

	if(load->n_dialogs < load->room_for_dialogs)
		return true;
	dialogs = realloc(load->dialogs, room * sizeof(*dialogs));
	if(dialogs == NULL)
		return false;
	load->dialogs = dialogs;
	load->room_for_dialogs = room;
	return true;
}

bool kl_subscribe(struct kl_load *load, int64_t due)
{
	struct kl_tx *tx;
	uint32_t index;

	if(load->again.count == 0 && !room_for_one_more(load))
		return false;
	tx = kl_tx_new(load->txs);
	if(tx == NULL)
		return false;
	if(load->again.count > 0) {
		index = kl_queue_take(&load->again).index;
	} else {
		index = load->n_dialogs++;
		memset(&load->dialogs[index], 0, sizeof(load->dialogs[index]));
		load->dialogs[index].presentity = index % load->o->presentities;
	}
	start(load, tx, index, KL_SUBSCRIBE, due);
	return true;
}

bool kl_refresh(struct kl_load *load, int64_t due)
{
	struct kl_tx *tx;

	if(load->free_dialogs.count == 0)
		return false;
	tx = kl_tx_new(load->txs);
	if(tx == NULL)
		return false;
	start(load, tx, kl_queue_take(&load->free_dialogs).index, KL_REFRESH, due);
	return true;
}

/* The first SUBSCRIBE of a dialog has CSeq 1, or repeats a refused one. */
static enum kl_kind kind_of(const struct kl_dialog *d)
{
	return d->up ? KL_REFRESH : KL_SUBSCRIBE;
}

static void release(struct kl_load *load, uint32_t index, enum kl_kind kind,
		bool well, int64_t keep_away)
{
	struct kl_dialog *d = &load->dialogs[index];
	struct kl_item item = {index, true, load->now + keep_away};

	d->under_way = false;
	kl_finish(load, kind, well);
	if(well && !d->up) {
		d->up = true;
		load->n_up++;
	}
	if(keep_away > 0)
		kl_must(load, kl_queue_add(&load->punished, item));
	else
		kl_must(load,
				kl_queue_add(d->up ? &load->free_dialogs : &load->again, item));
}

void kl_subscribe_answered(struct kl_load *load, const struct kl_tx *tx,
		const struct kl_sip *reply)
{
	struct kl_dialog *d = &load->dialogs[tx->index];
	int64_t keep_away = kl_count_reply(load, tx, reply);

	if(reply->code >= 300) {
		release(load, tx->index, tx->kind, false, keep_away);
		return;
	}
	d->answered = true;
	kl_must(load, kl_keep(d->remote_tag, sizeof(d->remote_tag), reply->to_tag));
	if(load->target[0] == 0)
		kl_must(load,
				kl_keep(load->target, sizeof(load->target), reply->contact));
	if(d->notified) {
		release(load, tx->index, tx->kind, true, 0);
		return;
	}
	d->deadline = load->now + load->o->fanout_limit;
	kl_must(load, kl_queue_add(&load->owed,
						  (struct kl_item){tx->index, true, d->deadline}));
}

void kl_subscribe_timed_out(struct kl_load *load, const struct kl_tx *tx)
{
	load->stats.kinds[tx->kind].timeouts++;
	release(load, tx->index, tx->kind, false, 0);
}

void kl_subscription_overdue(struct kl_load *load, uint32_t index)
{
	struct kl_dialog *d = &load->dialogs[index];
	enum kl_kind kind = kind_of(d);

	load->stats.kinds[kind].incomplete++;
	/* it has been accepted: the next request belongs to the dialog */
	if(!d->up) {
		d->up = true;
		load->n_up++;
	}
	release(load, index, kind, false, 0);
}

static void answer(
		struct kl_load *load, unsigned socket, const struct kl_sip *notify)
{
	struct kl_text t = {load->scratch, 0, KL_MESSAGE_MAX, false};

	kl_sip_ok(&t, notify);
	kl_must(load, !t.cut && kl_net_send(&load->net, socket, t.at, t.len));
}

/* The dialog that a Call-ID names; n_dialogs when it is not one of ours. */
static uint32_t dialog_of(const struct kl_load *load, struct kl_str call_id)
{
	size_t prefix = strlen(load->o->prefix), i;
	uint64_t index = 0;

	if(call_id.len < prefix + 4 || call_id.len > prefix + 12
			|| memcmp(call_id.s, load->o->prefix, prefix) != 0
			|| memcmp(call_id.s + prefix, ".w.", 3) != 0)
		return load->n_dialogs;
	for(i = prefix + 3; i < call_id.len; i++) {
		if(call_id.s[i] < '0' || call_id.s[i] > '9')
			return load->n_dialogs;
		index = index * 10 + (unsigned)(call_id.s[i] - '0');
	}
	return index < load->n_dialogs ? (uint32_t)index : load->n_dialogs;
}

static void shown(struct kl_load *load, struct kl_dialog *d, uint32_t state)
{
	const struct kl_presentity *p = &load->presentities[d->presentity];

	if(state < d->state) {
		load->checks.backwards++;
		return;
	}
	if(state == d->state)
		return;
	/* the first NOTIFY shows a state as old as it may be */
	if(d->up && state + KL_STATES > p->sent && state <= p->sent)
		kl_histogram_add(&load->stats.notify_latency,
				(load->now - p->due[state % KL_STATES]) / KL_US);
	d->state = state;
	kl_publication_shown(load, d->presentity, state);
}

void kl_notified(
		struct kl_load *load, unsigned socket, const struct kl_sip *notify)
{
	uint32_t index = dialog_of(load, notify->call_id);
	struct kl_dialog *d;

	answer(load, socket, notify);
	if(index == load->n_dialogs) {
		load->checks.unknown++;
		return;
	}
	d = &load->dialogs[index];
	switch(kl_sequence_add(&d->notifies, notify->cseq_number, notify->branch)) {
		case KL_RETRANSMITTED:
			load->checks.notify_retransmitted++;
			return;
		case KL_REPEATED:
			load->checks.notify_repeated++;
			return;
		case KL_LATE:
			load->checks.notify_late++;
			return;
		default:
			break;
	}
	load->stats.notifies++;
	load->stats.last_notify = load->now;
	if(load->phase == KL_MEASURE)
		load->stats.notifies_measured++;
	d->shown++;
	if(notify->subscription_state.len >= 10
			&& memcmp(notify->subscription_state.s, "terminated", 10) == 0)
		load->checks.terminated++;
	if(notify->body.len > 0)
		shown(load, d, kl_state_of(notify->body));
	d->notified = true;
	if(d->under_way && d->answered)
		release(load, index, kind_of(d), true, 0);
}

uint32_t kl_stale_watchers(const struct kl_load *load)
{
	uint32_t stale = 0, i;

	for(i = 0; i < load->n_dialogs; i++)
		if(load->dialogs[i].up
				&& load->dialogs[i].state
						   < load->presentities[load->dialogs[i].presentity]
									 .acknowledged)
			stale++;
	return stale;
}
