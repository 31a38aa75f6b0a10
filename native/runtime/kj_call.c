/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A call is a conversation (bridge.md 2): the engine answers FINAL, or STEP
 * with things that only this process can do; we do them and ask on. A process
 * has up to KW_FRAMES_PER_PROCESS calls open, one inside the other.
 *
 * An answer is copied out of the frame and checked as a whole before anything
 * of it is acted on: the frame is the engine's to write.
 */
#include "kj_runtime.h"
#include "kw_message.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/parser/parse_to.h"
#include "core/pt.h"

/* Short against a futex round trip; nothing on a single CPU, where spinning
 * keeps the engine from answering. */
#define SPIN_NS 5000

static uint8_t *copies[KW_FRAMES_PER_PROCESS];
static uint32_t open_calls;

static uint64_t spin_ns(void)
{
	static long cpus;

	if(cpus == 0)
		cpus = sysconf(_SC_NPROCESSORS_ONLN);
	return cpus > 1 ? SPIN_NS : 0;
}

int kj_call_has_transaction(void)
{
	struct cell *t = kj_state.tm.t_gett();

	return t != NULL && t != T_UNDEFINED;
}

static void write_sip(
		struct kw_tlv_writer *w, struct kj_call *c, const str *tag)
{
	kw_tlv_int(w, KW_T_TRANSACTION, kj_call_has_transaction());
	kw_tlv_int(w, KW_T_ROUTE_TYPE, get_route_type());
	if(tag->len > 0)
		kw_tlv_bytes(w, KW_T_REPLY_TO_TAG, tag->s, (uint32_t)tag->len);
	if(c->deferral >= 0) {
		kw_tlv_int(w, KW_T_DEFERRAL, c->deferral);
		kw_tlv_int(w, KW_T_GENERATION, c->generation);
	}
	kj_message_write(w, c->msg);
}

static int write_request(struct kj_call *c, struct kw_frame *f, const str *tag)
{
	struct kw_tlv_writer w;

	kw_tlv_init(&w, f->request, KW_FRAME_AREA);
	kw_tlv_int(&w, KW_T_FUNCTION, c->function->id);
	kw_tlv_int(&w, KW_T_DEPTH, c->depth);
	for(int i = 0; i < c->arg_count; i++)
		kw_tlv_bytes(&w, KW_T_ARG, c->args[i].s, (uint32_t)c->args[i].len);
	if(c->msg != NULL)
		write_sip(&w, c, tag);
	if(w.failed) {
		LM_ERR("%s: the message is larger than a frame (%d bytes): refused\n",
				c->function->name, KW_FRAME_AREA);
		return -1;
	}
	f->request_length = w.length;
	return 0;
}

/* Without a transaction sl's, unless the reply will be tm's: that makes one. */
static int tag_to_be(sip_msg_t *msg, int flags, str *tag)
{
	return flags & KW_FN_TRANSACTION ? kj_state.tm.t_get_reply_totag(msg, tag)
									 : kj_state.sl.get_reply_totag(msg, tag);
}

/* The tag of the reply that this function may send; empty if it sends none.
 * In a dialog it is the request's own: tm puts a given tag in its place. */
static str reply_tag(struct kj_call *c, char buffer[KW_DEFERRAL_TAG])
{
	str tag = {buffer, 0}, asked = {0, 0};
	int flags = (int)kj_state.function_flags[c->function->id];

	if(c->msg == NULL || !(flags & KW_FN_REPLIES))
		return tag;
	if(parse_to_header(c->msg) >= 0)
		asked = get_to(c->msg)->tag_value;
	if((asked.len > 0 || tag_to_be(c->msg, flags, &asked) >= 0)
			&& asked.len <= KW_DEFERRAL_TAG) {
		memcpy(buffer, asked.s, (size_t)asked.len);
		tag.len = asked.len;
	}
	return tag;
}

/* 0 if the copy adds up. */
static int copy_response(struct kj_call *c, const struct kw_frame *f)
{
	uint32_t n = f->response_length;
	uint8_t **copy = &copies[c->depth];

	if(*copy == NULL && (*copy = malloc(KW_FRAME_AREA)) == NULL)
		return -1;
	if(n > KW_FRAME_AREA)
		return -1;
	memcpy(*copy, f->response, n);
	c->response = *copy;
	c->length = n;
	if(kw_tlv_check(*copy, n) == 0)
		return 0;
	LM_ERR("%s: the engine's answer does not add up\n", c->function->name);
	return -1;
}

static int64_t carry_out(struct kj_call *c, const struct kw_tlv_field *item)
{
	struct kw_tlv_reader r;
	struct kw_tlv_field f;
	int64_t id = 0;

	if(item->tag != KW_T_COMMAND)
		return c->rpc == NULL ? -1 : kj_rpc_print(c->rpc, c->rpc_ctx, item);
	if(c->depth > 0)
		return KW_STATUS_FAILED;
	kw_tlv_open(&r, item->value, item->length);
	while(kw_tlv_next(&r, &f))
		if(f.tag == KW_T_ID)
			kw_tlv_get_int(&f, &id);
	return kj_request_send(item->value, item->length, c->epoch, (uint64_t)id)
			.status;
}

/* One result per item; the frame is asked on. */
static int do_step(struct kj_call *c, struct kw_frame *f)
{
	struct kw_tlv_writer w;
	struct kw_tlv_reader r;
	struct kw_tlv_field item;

	if(copy_response(c, f) < 0)
		c->length = 0;
	kw_tlv_init(&w, f->request, KW_FRAME_AREA);
	kw_tlv_open(&r, c->response, c->length);
	while(kw_tlv_next(&r, &item)) {
		if(item.tag == KW_T_UL_WORK)
			kj_usrloc_work(&w, &item);
		else
			kw_tlv_int(&w, KW_T_STEP_RESULT, carry_out(c, &item));
	}
	f->request_length = w.length;
	return kw_frame_resume(kj_state.base, f) == KW_RING_OK ? 0 : -1;
}

/* At most one line per second and process: a flood must not flood the log.
 * Returns -1. */
static int unanswered(const struct kj_call *c, const char *why)
{
	static uint64_t said_ns;
	static unsigned unsaid;
	uint64_t now = kw_now_ns();

	if(c->silent)
		return -1;
	if(said_ns != 0 && now - said_ns < UINT64_C(1000000000)) {
		unsaid++;
		return -1;
	}
	LM_WARN("%s: %s: the busy answer (and %u calls more since the last such "
			"line)\n",
			c->function->name, why, unsaid);
	said_ns = now;
	unsaid = 0;
	return -1;
}

static const char *wait_reason(int r)
{
	switch(r) {
		case KW_WAIT_DEADLINE:
			return "the engine did not answer in time";
		case KW_WAIT_DEAD:
			return "the engine died";
		case KW_WAIT_LATE:
			return "the engine is late";
		default:
			return "the frame is damaged";
	}
}

static int converse(struct kj_call *c, struct kw_frame *f)
{
	for(;;) {
		int r = kw_frame_wait(kj_state.base, f, spin_ns());
		if(r == KW_WAIT_DONE) {
			r = copy_response(c, f);
			kw_frame_release(f);
			return r;
		}
		if(r != KW_WAIT_STEP)
			return unanswered(c, wait_reason(r));
		if(do_step(c, f) < 0)
			return unanswered(c, "the event ring is full");
	}
}

int kj_call_begin(struct kj_call *c)
{
	char buffer[KW_DEFERRAL_TAG];
	struct kw_frame *f;
	str tag;

	c->depth = open_calls++;
	c->deferral = -1;
	c->response = NULL;
	c->length = 0;
	if(kj_state.base == NULL || process_no == 0)
		return unanswered(c, "not in this process");
	if(!kw_engine_serves(kj_state.base, kw_now_ns()))
		return unanswered(c, "the engine is away or late, or the database is");
	kj_event_flush();
	f = c->depth >= KW_FRAMES_PER_PROCESS
				? NULL
				: kw_frame_acquire(
						kj_state.base, (uint32_t)process_no, c->depth);
	if(f == NULL)
		return unanswered(c, "too many calls of this process are open");
	c->epoch = f->epoch;
	tag = reply_tag(c, buffer);
	if(c->msg != NULL
			&& (kj_state.function_flags[c->function->id] & KW_FN_MAY_DEFER))
		c->deferral = kj_deferral_begin(c->msg, &tag, &c->generation);
	if(write_request(c, f, &tag) < 0)
		return -1;
	if(kw_frame_submit(kj_state.base, f, kw_now_ns() + c->timeout_ns)
			!= KW_RING_OK)
		return unanswered(c, "the event ring is full, or the engine went away");
	return converse(c, f);
}

void kj_call_end(struct kj_call *c)
{
	(void)c;
	open_calls--;
}

void kj_call_nest(void)
{
	open_calls++;
}

void kj_call_unnest(void)
{
	open_calls--;
}
