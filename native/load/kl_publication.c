/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define _GNU_SOURCE
#include "kl_publication.h"
#include "kl_request.h"

#include <string.h>

#define MARK "state="
#define DIGITS 10

static const char before_entity[] =
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
		"<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" entity=\"";
static const char before_state[] =
		"\">\r\n<tuple "
		"id=\"load\"><status><basic>open</basic></status><note>" MARK;
static const char after_padding[] = "</note></tuple>\r\n</presence>\r\n";

static void put_state(struct kl_text *t, uint32_t state)
{
	char digits[DIGITS];
	int i;

	for(i = DIGITS; i-- > 0; state /= 10)
		digits[i] = (char)('0' + state % 10);
	kl_put_bytes(t, digits, DIGITS);
}

uint32_t kl_state_of(struct kl_str document)
{
	const char *s = memmem(document.s, document.len, MARK, strlen(MARK));
	const char *end = document.s + document.len;
	uint32_t state = 0;

	if(s == NULL)
		return 0;
	for(s += strlen(MARK); s < end && *s >= '0' && *s <= '9'; s++)
		state = state * 10 + (uint32_t)(*s - '0');
	return state;
}

static void put_document(
		struct kl_load *load, struct kl_text *t, uint32_t index, uint32_t state)
{
	size_t from = t->len, size;

	kl_put(t, before_entity);
	kl_put_user(load, t, 'p', index);
	kl_put(t, before_state);
	put_state(t, state);
	size = t->len - from + strlen(after_padding);
	if(size < load->o->body)
		kl_put_bytes(t, load->padding, load->o->body - size);
	kl_put(t, after_padding);
}

static void put_publish(struct kl_load *load, struct kl_text *t,
		const struct kl_tx *tx, uint32_t index)
{
	const struct kl_presentity *p = &load->presentities[index];
	char bytes[32768 + 512];
	struct kl_text body = {bytes, 0, sizeof(bytes), false};

	put_document(load, &body, index, p->sent);
	kl_put(t, "PUBLISH ");
	kl_put_user(load, t, 'p', index);
	kl_put(t, " SIP/2.0\r\n");
	kl_put_head(load, t, tx);
	kl_put(t, "From: <");
	kl_put_user(load, t, 'p', index);
	kl_put(t, ">;tag=kl\r\nTo: <");
	kl_put_user(load, t, 'p', index);
	kl_put(t, ">\r\nCall-ID: ");
	kl_put(t, load->o->prefix);
	kl_put(t, ".p.");
	kl_put_number(t, index);
	kl_put(t, "\r\nCSeq: ");
	kl_put_number(t, p->sent);
	kl_put(t, " PUBLISH\r\nEvent: presence\r\nExpires: ");
	kl_put_number(t, load->o->expires);
	if(p->etag[0] != 0) {
		kl_put(t, "\r\nSIP-If-Match: ");
		kl_put(t, p->etag);
	}
	kl_put(t, "\r\nContent-Type: application/pidf+xml\r\nContent-Length: ");
	kl_put_number(t, body.len);
	kl_put(t, "\r\n\r\n");
	kl_put_bytes(t, body.at, body.len);
}

bool kl_publish(struct kl_load *load, int64_t due)
{
	struct kl_text t = {load->scratch, 0, KL_MESSAGE_MAX, false};
	struct kl_presentity *p;
	struct kl_tx *tx;
	uint32_t index;

	if(load->free_presentities.count == 0)
		return false;
	tx = kl_tx_new(load->txs);
	if(tx == NULL)
		return false;
	index = kl_queue_take(&load->free_presentities).index;
	p = &load->presentities[index];
	p->sent++;
	p->reached = 0;
	p->answered = false;
	p->under_way = true;
	p->due[p->sent % KL_STATES] = due;
	tx->socket = index % load->net.count;
	put_publish(load, &t, tx, index);
	kl_request(load, tx, &t, KL_PUBLISH, index, due);
	return true;
}

/* It may publish again, now or when it has waited. */
static void release(
		struct kl_load *load, uint32_t index, bool well, int64_t keep_away)
{
	struct kl_item item = {index, false, load->now + keep_away};

	load->presentities[index].under_way = false;
	kl_finish(load, KL_PUBLISH, well);
	if(keep_away > 0)
		kl_must(load, kl_queue_add(&load->punished, item));
	else if(load->phase != KL_DOCUMENTS || !well)
		kl_must(load, kl_queue_add(&load->free_presentities, item));
}

static bool all_know(const struct kl_load *load, const struct kl_presentity *p)
{
	return !load->o->scenario->awaits_notify || load->phase == KL_DOCUMENTS
		   || p->reached >= load->o->watchers;
}

void kl_publish_answered(struct kl_load *load, const struct kl_tx *tx,
		const struct kl_sip *reply)
{
	struct kl_presentity *p = &load->presentities[tx->index];
	int64_t keep_away = kl_count_reply(load, tx, reply);

	if(reply->code >= 300) {
		if(reply->code == 412)
			p->etag[0] = 0;
		release(load, tx->index, false, keep_away);
		return;
	}
	if(p->etag[0] == 0)
		load->n_published++;
	kl_must(load, kl_keep(p->etag, sizeof(p->etag), reply->etag));
	p->acknowledged = p->sent;
	p->answered = true;
	if(all_know(load, p)) {
		release(load, tx->index, true, 0);
		return;
	}
	p->deadline = load->now + load->o->fanout_limit;
	kl_must(load, kl_queue_add(&load->owed,
						  (struct kl_item){tx->index, false, p->deadline}));
}

void kl_publish_timed_out(struct kl_load *load, uint32_t index)
{
	load->stats.kinds[KL_PUBLISH].timeouts++;
	release(load, index, false, 0);
}

void kl_publication_shown(struct kl_load *load, uint32_t index, uint32_t state)
{
	struct kl_presentity *p = &load->presentities[index];

	if(state == p->sent)
		p->reached++;
	if(p->under_way && p->answered && all_know(load, p))
		release(load, index, true, 0);
}

void kl_publication_overdue(struct kl_load *load, uint32_t index)
{
	load->stats.kinds[KL_PUBLISH].incomplete++;
	release(load, index, false, 0);
}
