/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Replies that leave after the commit (bridge.md 6). The worker opens a record
 * and holds the transaction; a reply courier answers: on the engine's command,
 * at the deadline, or because the engine is gone. Whoever wins the record's
 * compare-and-swap sends the one final reply.
 *
 * The reference on the cell is dropped only after tm found the same cell again
 * by its identifiers: the record lies in memory that the engine can write.
 */
#include "kj_runtime.h"
#include "kw_deferral.h"
#include "kw_message.h"

#include <string.h>

#include "core/data_lump_rpl.h"
#include "core/route.h"
#include "modules/tm/h_table.h"
#include "modules/tm/t_funcs.h"
#include "modules/tm/t_lookup.h"

#define MS UINT64_C(1000000)
#define DEADLINE_MS 2000
/* A reply within this part of wt_timer needs no reference to absorb late
 * retransmissions: tm keeps the transaction for the rest. */
#define QUICK_PART 8

/* From the opening of a record to the busy answer: below wt_timer, when tm
 * would end the transaction, and far below its limit of 90 s. */
static uint64_t patience_ns(void)
{
	uint64_t ms = kj_state.wt_timer_ms / 2;

	return (ms < DEADLINE_MS ? ms : DEADLINE_MS) * MS;
}

/* A transaction whose reply may leave later; NULL if there is none here. A
 * resumed one would be answered 500 by tm as soon as the script ends. */
static struct cell *deferrable(void)
{
	struct cell *t = kj_state.tm.t_gett();

	if(get_route_type() != REQUEST_ROUTE || t == NULL || t == T_UNDEFINED
			|| (t->flags & (T_ASYNC_CONTINUE | T_ASYNC_SUSPENDED))
			|| t->uas.request == NULL || t->uas.status >= 200)
		return NULL;
	return t;
}

/* What append_to_reply() left: t_reply_with_body() knows only tm's clone of
 * the request. Returns the length, or -1 if it does not fit. */
static int copy_reply_headers(sip_msg_t *msg, char *to, int room)
{
	int n = 0;

	for(const struct lump_rpl *l = msg->reply_lump; l != NULL; l = l->next) {
		if(!(l->flags & LUMP_RPL_HDR))
			continue;
		if(l->text.len > room - n)
			return -1;
		memcpy(to + n, l->text.s, (size_t)l->text.len);
		n += l->text.len;
	}
	return n;
}

int32_t kj_deferral_begin(sip_msg_t *msg, const str *tag, uint32_t *generation)
{
	struct cell *t = deferrable();
	char headers[KW_DEFERRAL_HEADERS];
	int header_length;
	struct kw_deferral *d;
	int32_t index;

	if(t == NULL || tag->len == 0)
		return -1;
	header_length = copy_reply_headers(msg, headers, sizeof(headers));
	if(header_length < 0 || (index = kw_deferral_claim(kj_state.base)) < 0)
		return -1;
	d = kw_deferral_at(kj_state.base, (uint32_t)index);
	*generation = atomic_load(&d->generation);
	d->epoch = atomic_load(&kw_header(kj_state.base)->epoch);
	d->hash_index = t->hash_index;
	d->label = t->label;
	d->process_no = (uint32_t)process_no;
	d->deadline_ns = kw_now_ns() + patience_ns();
	d->linger_ns = 0;
	d->cell = (uint64_t)(uintptr_t)t;
	d->busy_code = (uint32_t)kj_state.settings.busy_code;
	REF(t);
	if(kw_deferral_open(kj_state.base, d, tag->s, (uint32_t)tag->len, headers,
			   (uint32_t)header_length)
			== 0)
		return index;
	kj_state.tm.unref_cell(t);
	return -1;
}

void kj_deferral_keep(void)
{
	struct cell *t = kj_state.tm.t_gett();

	/* As t_release() would: scripts with and without it are alike. */
	if(t != NULL && t != T_UNDEFINED)
		kj_state.tm.t_release_transaction(t);
}

int kj_deferral_take_back(int32_t index, uint32_t generation)
{
	struct kw_deferral *d = kw_deferral_at(kj_state.base, (uint32_t)index);
	struct cell *t = kj_state.tm.t_gett();

	if(!kw_deferral_free(kj_state.base, d, generation, KW_DEFERRAL_OPEN))
		return 0;
	if(t != NULL && t != T_UNDEFINED)
		kj_state.tm.unref_cell(t);
	return 1;
}

/* The record's transaction with a reference of our own; NULL if it is gone. */
static struct cell *find(const struct kw_deferral *d)
{
	struct cell *t = NULL;

	if(kj_state.tm.t_lookup_ident(&t, d->hash_index, d->label) < 0)
		return NULL;
	if((uint64_t)(uintptr_t)t == d->cell)
		return t;
	kj_state.tm.unref_cell(t);
	return NULL;
}

static void forget_transaction(void)
{
	kj_state.tm.t_sett(T_UNDEFINED, T_BR_UNDEFINED);
}

static int join_headers(const struct kw_deferral *d, const str *more, str *all,
		char buffer[KW_DEFERRAL_HEADERS + KW_FRAME_AREA])
{
	uint32_t kept = d->headers_length;

	if(kept > sizeof(d->headers) || more->len < 0 || more->len > KW_FRAME_AREA)
		return -1;
	memcpy(buffer, d->headers, kept);
	memcpy(buffer + kept, more->s == NULL ? "" : more->s, (size_t)more->len);
	all->s = buffer;
	all->len = (int)kept + more->len;
	return 0;
}

static int was_quick(const struct kw_deferral *d)
{
	uint64_t opened = d->deadline_ns - patience_ns();

	return kw_now_ns() - opened
		   < (uint64_t)kj_state.wt_timer_ms * MS / QUICK_PART;
}

/* ANSWERING: sends, then lets the transaction absorb retransmissions. */
static int send_reply(struct kw_deferral *d, uint32_t generation, int code,
		const str *reason, const str *headers, const str *body)
{
	static char buffer[KW_DEFERRAL_HEADERS + KW_FRAME_AREA];
	uint32_t tag_length = d->tag_length;
	str tag = {d->tag, (int)tag_length};
	str phrase = *reason, content = *body, lines;
	struct cell *t = find(d);
	int sent = 0;

	if(t != NULL && tag_length <= sizeof(d->tag)
			&& join_headers(d, headers, &lines, buffer) == 0) {
		/* never connect to a client's ephemeral port when it has gone */
		t->uas.response.dst.send_flags.f |= SND_F_FORCE_CON_REUSE;
		/* it consumes our reference */
		sent = kj_state.tm.t_reply_with_body(
					   t, (unsigned)code, &phrase, &content, &lines, &tag)
			   > 0;
	}
	if(t != NULL && was_quick(d)) {
		kj_state.tm.unref_cell(t);
		kw_deferral_free(kj_state.base, d, generation, KW_DEFERRAL_ANSWERING);
	} else {
		d->linger_ns = kw_now_ns() + (uint64_t)kj_state.wt_timer_ms * MS;
		atomic_store(&d->state, KW_DEFERRAL_LINGERING);
	}
	forget_transaction();
	return sent;
}

static void answer_busy(struct kw_deferral *d, uint32_t generation)
{
	char buffer[KJ_RETRY_AFTER];
	str headers = kj_reply_retry_after(buffer);
	int code = kj_state.settings.busy_code;
	str reason = kj_reply_busy_reason(code);
	str none = {0, 0};

	if(!kw_deferral_win(d, generation))
		return;
	atomic_fetch_add(&kw_header(kj_state.base)->busy_answers, 1);
	send_reply(d, generation, code, &reason, &headers, &none);
}

int kj_deferral_answer(uint32_t index, uint32_t generation, int code,
		const str *reason, const str *headers, const str *body)
{
	struct kw_deferral *d = kw_deferral_at(kj_state.base, index);

	if(d != NULL && code == 0) {
		answer_busy(d, generation);
		return KW_REPLIED_BUSY;
	}
	if(d == NULL || code < 200 || code > 699
			|| !kj_reply_lines_ok(headers->s, (uint32_t)headers->len)) {
		LM_ERR("the engine asks for a reply that is no SIP\n");
		return KW_REPLIED_GONE;
	}
	if(!kw_deferral_win(d, generation))
		return KW_REPLIED_BUSY;
	return send_reply(d, generation, code, reason, headers, body)
				   ? KW_REPLIED_SENT
				   : KW_REPLIED_GONE;
}

/* The worker's reference goes; tm ends the transaction at its next look. */
static void release(struct kw_deferral *d, uint32_t generation)
{
	struct cell *t = find(d);

	if(kw_deferral_free(kj_state.base, d, generation, KW_DEFERRAL_LINGERING)
			&& t != NULL)
		kj_state.tm.unref_cell(t);
	if(t != NULL)
		kj_state.tm.unref_cell(t);
	forget_transaction();
}

void kj_deferral_scan(int all)
{
	struct kw_region_header *h = kw_header(kj_state.base);
	uint32_t reaped = atomic_load(&h->reaped_epoch);
	uint32_t left = atomic_load(&h->open_deferrals);
	uint64_t now = kw_now_ns();
	unsigned busy = 0;

	for(uint32_t i = 0; left > 0 && i < h->deferral_count; i++) {
		struct kw_deferral *d = kw_deferral_at(kj_state.base, i);
		uint32_t generation = atomic_load(&d->generation);
		uint32_t state = atomic_load(&d->state);
		if(state == KW_DEFERRAL_FREE)
			continue;
		left--;
		if(state == KW_DEFERRAL_OPEN
				&& (all || d->epoch <= reaped || now >= d->deadline_ns)) {
			answer_busy(d, generation);
			busy++;
		} else if(state == KW_DEFERRAL_LINGERING && now >= d->linger_ns)
			release(d, generation);
	}
	if(busy > 0)
		LM_WARN("%u open replies became the busy answer: their commit took too "
				"long, or the engine ended\n",
				busy);
}
