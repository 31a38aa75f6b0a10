/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The final answer of a request: the cfg's event route hears it, then the
 * engine. tm calls back in whichever process got the answer or ran the timer,
 * outside its locks and with the transaction's own AVPs and XAVPs in place, so
 * nothing that the route sets is seen by anything else.
 */
#include "kj_runtime.h"
#include "kw_message.h"

#include <stdatomic.h>
#include <string.h>

#include "core/ip_addr.h"
#include "core/mem/pkg.h"
#include "core/mem/shm.h"
#include "core/receive.h"
#include "core/route.h"

#define REASON_MAX 128

/* In shared memory; freed when tm destroys the transaction. When nobody hears
 * the answer but the engine, and only its code, all that is to be known fits
 * into the pointer that tm keeps: the core's allocator searches long for so
 * small a piece of memory, and a fan-out needs one for each NOTIFY. */
struct kj_pending
{
	uint64_t id;
	uint32_t epoch;
	_Atomic uint32_t done;
	int route; /* of kj_state.routes; -1: nobody hears it but the engine */
	int want_reply;
	uint32_t subs_length;
	uint8_t subs[];
};

/* Packed: a 1, which no address ends with, 16 bits of the epoch, the id. */
#define EPOCH_BITS 16
#define EPOCH_MASK ((UINT64_C(1) << EPOCH_BITS) - 1)
#define ID_BITS (64 - EPOCH_BITS - 1)

/* What $notify_reply() looks at; NULL outside of the event route. */
static sip_msg_t *reply;

static int find_route(const str *name)
{
	for(int i = 0; i < kj_state.route_count; i++) {
		struct kj_answer_route *r = &kj_state.routes[i];
		if(r->index >= 0 && strlen(r->name) == (size_t)name->len
				&& memcmp(r->name, name->s, (size_t)name->len) == 0)
			return i;
	}
	return -1;
}

static int is_packed(const void *pending)
{
	return ((uintptr_t)pending & 1) != 0;
}

static void unpack(struct kj_pending *p, const void *pending)
{
	uint64_t bits = (uintptr_t)pending;
	uint32_t epoch = atomic_load(&kw_header(kj_state.base)->epoch);

	memset(p, 0, sizeof(*p));
	p->id = bits >> (EPOCH_BITS + 1);
	/* of a dead engine: whatever it was, not this one */
	p->epoch = (epoch & EPOCH_MASK) == (bits >> 1 & EPOCH_MASK) ? epoch
																: epoch - 1;
	p->route = -1;
}

void *kj_answer_expect(uint32_t epoch, uint64_t id, const str *route,
		int want_reply, const uint8_t *subs, uint32_t subs_length)
{
	int r = route->len > 0 ? find_route(route) : -1;
	uint32_t kept = r < 0 ? 0 : subs_length;
	struct kj_pending *p;

	if(r < 0 && !want_reply && sizeof(p) == sizeof(uint64_t)
			&& id >> ID_BITS == 0)
		return (void *)(uintptr_t)(id << (EPOCH_BITS + 1)
								   | (epoch & EPOCH_MASK) << 1 | 1);
	p = shm_mallocxz(sizeof(*p) + kept);
	if(p == NULL)
		return NULL;
	p->id = id;
	p->epoch = epoch;
	p->route = r;
	p->want_reply = want_reply;
	p->subs_length = kept;
	if(kept > 0)
		memcpy(p->subs, subs, kept);
	return p;
}

void kj_answer_forget(void *pending)
{
	if(!is_packed(pending))
		shm_free(pending);
}

/* Instead of a reply when none came: what scripts know from upstream. */
static sip_msg_t *no_reply(void)
{
	static char text[] = "SIP/2.0 408 TIMEOUT\r\n"
						 "Via: SIP/2.0/UDP 127.0.0.1\r\n"
						 "From: invalid;\r\n"
						 "To: invalid\r\n"
						 "Call-ID: invalid\r\n"
						 "CSeq: 1 TIMEOUT\r\n"
						 "Content-Length: 0\r\n\r\n";
	static sip_msg_t message;
	static int built;

	if(!built
			&& build_sip_msg_from_buf(
					   &message, text, (int)sizeof(text) - 1, inc_msg_no())
					   < 0)
		return NULL;
	built = 1;
	return &message;
}

static void fill_receipt(sip_msg_t *msg, const struct dest_info *d)
{
	const struct socket_info *s = d->send_sock;

	msg->rcv.proto = d->proto;
	su2ip_addr(&msg->rcv.dst_ip, (union sockaddr_union *)&d->to);
	msg->rcv.dst_port = su_getport(&d->to);
	if(s == NULL)
		return;
	msg->rcv.bind_address = (struct socket_info *)s;
	msg->rcv.src_ip = s->address;
	msg->rcv.src_port = s->port_no;
	msg->rcv.src_su = s->su;
}

static void run(
		const struct kj_pending *p, sip_msg_t *request, sip_msg_t *heard)
{
	struct kj_subs_scope before = kj_subs_enter(p->subs, p->subs_length);
	int type = get_route_type();
	sip_msg_t *outer = reply;

	reply = heard;
	set_route_type(LOCAL_ROUTE);
	kj_call_nest();
	run_top_route(
			event_rt.rlist[kj_state.routes[p->route].index], request, NULL);
	kj_call_unnest();
	set_route_type(type);
	reply = outer;
	kj_subs_leave(before);
}

/* A reply that tm keeps in shared memory must not be parsed any further. */
static sip_msg_t *own_reply(const struct tmcb_params *ps, sip_msg_t *copy)
{
	sip_msg_t *r = ps->rpl;

	if(ps->code == 408 || r == NULL || r == FAKED_REPLY)
		return no_reply();
	if(!(r->msg_flags & FL_SHM_CLONE))
		return r;
	if(build_sip_msg_from_buf(copy, r->buf, (int)r->len, inc_msg_no()) < 0)
		return NULL;
	return copy;
}

static void run_route(const struct kj_pending *p, const struct cell *t,
		const struct tmcb_params *ps)
{
	struct retr_buf *sent = &t->uac[0].request;
	sip_msg_t request, copy, *heard;

	if(sent->buffer == NULL
			|| build_sip_msg_from_buf(
					   &request, sent->buffer, sent->buffer_len, inc_msg_no())
					   < 0) {
		LM_ERR("event route %s: the request can not be read\n",
				kj_state.routes[p->route].name);
		return;
	}
	fill_receipt(&request, &sent->dst);
	heard = own_reply(ps, &copy);
	run(p, &request, heard);
	if(heard == &copy)
		free_sip_msg(&copy);
	free_sip_msg(&request);
}

/* Who made the code up: tm, when nobody has answered. */
static int nobody_answered(const struct tmcb_params *ps)
{
	return ps == NULL || ps->rpl == NULL || ps->rpl == FAKED_REPLY;
}

static void write_reply(struct kw_tlv_writer *w, const struct tmcb_params *ps)
{
	struct kw_tlv_writer before = *w;
	sip_msg_t copy, *heard = ps->rpl;

	/* a reply in shared memory must not be parsed any further */
	if(heard->msg_flags & FL_SHM_CLONE) {
		if(build_sip_msg_from_buf(
				   &copy, heard->buf, (int)heard->len, inc_msg_no())
				< 0)
			return;
		heard = &copy;
	}
	kj_message_write_reply(w, heard);
	if(heard == &copy)
		free_sip_msg(&copy);
	if(w->failed) {
		*w = before;
		kw_tlv_bytes(w, KW_T_BAD, "reply", sizeof("reply") - 1);
	}
}

/* ps: NULL when tm has destroyed the transaction without having told an end */
static void report(const struct kj_pending *p, int code, const str *reason,
		const struct tmcb_params *ps)
{
	static uint8_t buffer[KJ_REPLY_EVENT_MAX];
	struct kw_tlv_writer w;

	kw_tlv_init(&w, buffer, sizeof(buffer) - KJ_EVENT_HEADER);
	kw_tlv_int(&w, KW_T_CODE, code);
	kw_tlv_bytes(&w, KW_T_TEXT, reason->s,
			reason->len > REASON_MAX ? REASON_MAX : (uint32_t)reason->len);
	if(nobody_answered(ps))
		kw_tlv_int(&w, KW_T_NO_REPLY, 1);
	if(ps != NULL && p->route >= 0)
		for(int i = 0; i < kj_state.routes[p->route].wish_count; i++)
			kj_xavp_write(&w, &kj_state.routes[p->route].wishes[i], 1);
	if(p->want_reply && !nobody_answered(ps))
		write_reply(&w, ps);
	kj_event_send(KW_EV_COMPLETED, p->epoch, p->id, &w);
}

/* May run more than once; ps->rpl may be no message at all. */
void kj_answer_heard(struct cell *t, int type, struct tmcb_params *ps)
{
	static str timeout = str_init("Request Timeout");
	static str ended = str_init("Transaction ended");
	struct kj_pending *p, unpacked;
	int first;

	if(ps == NULL || ps->param == NULL || (p = *ps->param) == NULL)
		return;
	if(is_packed(p)) {
		unpack(&unpacked, p);
		p = &unpacked;
		/* tm tells an end once; the engine would not mind a second time */
		first = type != TMCB_DESTROY || t->uac[0].last_received < 200;
	} else {
		first = !atomic_exchange(&p->done, 1);
	}
	if(type == TMCB_DESTROY) {
		if(first)
			report(p, 408, &ended, NULL);
		kj_answer_forget(*ps->param);
		*ps->param = NULL;
		return;
	}
	if(!first)
		return;
	if(p->route >= 0)
		run_route(p, t, ps);
	report(p, ps->code,
			nobody_answered(ps) ? &timeout
								: &ps->rpl->first_line.u.reply.reason,
			ps);
}

int kj_reply_pv_parse(pv_spec_t *sp, str *name)
{
	pv_spec_t *inner;
	char *end;

	if(name->s == NULL || name->len <= 0
			|| (inner = pkg_mallocxz(sizeof(*inner))) == NULL)
		return -1;
	end = pv_parse_spec(name, inner);
	if(end == NULL || end < name->s + name->len) {
		LM_ERR("$notify_reply(%.*s): no such variable\n", name->len, name->s);
		pkg_free(inner);
		return -1;
	}
	sp->pvp.pvn.type = PV_NAME_OTHER;
	sp->pvp.pvn.u.dname = inner;
	return 0;
}

int kj_reply_pv_get(sip_msg_t *msg, pv_param_t *param, pv_value_t *res)
{
	if(reply == NULL)
		return pv_get_null(msg, param, res);
	return pv_get_spec_value(reply, param->pvn.u.dname, res);
}
