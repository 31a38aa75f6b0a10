/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A request through tm, out of fields that the engine wrote. Every part is
 * checked for what could break a message before tm sees it. What becomes of it
 * is heard in kj_answer.c. Outside of a dialog it differs only in having no
 * To-tag, and it may have a next hop that nobody sees.
 */
#include "kj_runtime.h"
#include "kw_message.h"

#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "core/mem/pkg.h"
#include "core/parser/parse_rr.h"
#include "core/parser/parse_uri.h"
#include "core/socket_info.h"
#include "modules/tm/ut.h"

struct request
{
	str method, call_id, local_uri, local_tag, remote_uri, remote_tag;
	str remote_target, route_set, socket, headers, body, answer_route;
	str next_hop;
	int64_t last_cseq, want_reply, own_contact;
	const uint8_t *subs;
	uint32_t subs_length;
};

static str *part(struct request *q, uint16_t tag)
{
	switch(tag) {
		case KW_T_METHOD:
			return &q->method;
		case KW_T_CALL_ID:
			return &q->call_id;
		case KW_T_LOCAL_URI:
			return &q->local_uri;
		case KW_T_LOCAL_TAG:
			return &q->local_tag;
		case KW_T_REMOTE_URI:
			return &q->remote_uri;
		case KW_T_REMOTE_TAG:
			return &q->remote_tag;
		case KW_T_REMOTE_TARGET:
			return &q->remote_target;
		case KW_T_ROUTE_SET:
			return &q->route_set;
		case KW_T_SEND_SOCKET:
			return &q->socket;
		case KW_T_HEADERS:
			return &q->headers;
		case KW_T_REQUEST_BODY:
			return &q->body;
		case KW_T_ANSWER_ROUTE:
			return &q->answer_route;
		case KW_T_NEXT_HOP:
			return &q->next_hop;
		default:
			return NULL;
	}
}

static void read_request(
		struct request *q, const uint8_t *fields, uint32_t length)
{
	struct kw_tlv_reader r;
	struct kw_tlv_field f;

	memset(q, 0, sizeof(*q));
	kw_tlv_open(&r, fields, length);
	while(kw_tlv_next(&r, &f)) {
		str *s = part(q, f.tag);
		if(s != NULL) {
			s->s = (char *)f.value;
			s->len = (int)f.length;
		} else if(f.tag == KW_T_LAST_CSEQ) {
			kw_tlv_get_int(&f, &q->last_cseq);
		} else if(f.tag == KW_T_WANT_REPLY) {
			kw_tlv_get_int(&f, &q->want_reply);
		} else if(f.tag == KW_T_OWN_CONTACT) {
			kw_tlv_get_int(&f, &q->own_contact);
		} else if(f.tag == KW_T_SUBS) {
			q->subs = f.value;
			q->subs_length = f.length;
		}
	}
}

static int token_ok(const str *s)
{
	return kj_reply_token_ok(s->s, (uint32_t)s->len);
}

/* May be empty; no control characters. */
static int line_ok(const str *s)
{
	for(int i = 0; i < s->len; i++)
		if((unsigned char)s->s[i] < ' ' || s->s[i] == 0x7f)
			return 0;
	return 1;
}

static int uri_ok(const str *s)
{
	struct sip_uri u;

	return token_ok(s) && parse_uri(s->s, s->len, &u) == 0;
}

/* NULL, or which part tm must not see. */
static const char *fault(const struct request *q)
{
	if(!token_ok(&q->method) || !token_ok(&q->call_id))
		return "bad method or Call-ID";
	if(!token_ok(&q->local_tag)
			|| (q->remote_tag.len > 0 && !token_ok(&q->remote_tag)))
		return "bad tag";
	if(!uri_ok(&q->local_uri) || !uri_ok(&q->remote_uri)
			|| (q->remote_target.len > 0 && !uri_ok(&q->remote_target))
			|| (q->next_hop.len > 0 && !uri_ok(&q->next_hop)))
		return "bad URI";
	if(!line_ok(&q->route_set) || !line_ok(&q->socket))
		return "bad route set or socket";
	if(q->last_cseq < 0 || q->last_cseq > INT32_MAX)
		return "bad CSeq";
	if(!kj_reply_lines_ok(q->headers.s, (uint32_t)q->headers.len))
		return "bad header lines";
	return NULL;
}

static int fill_dialog(dlg_t *d, struct request *q)
{
	memset(d, 0, sizeof(*d));
	d->id.call_id = q->call_id;
	d->id.loc_tag = q->local_tag;
	d->id.rem_tag = q->remote_tag;
	d->loc_seq.value = (unsigned int)q->last_cseq;
	d->loc_seq.is_set = 1;
	d->loc_uri = q->local_uri;
	d->rem_uri = q->remote_uri;
	d->rem_target = q->remote_target;
	d->dst_uri = q->next_hop;
	d->state = q->remote_tag.len > 0 ? DLG_CONFIRMED : DLG_NEW;
	if(q->socket.len > 0)
		d->send_sock = lookup_local_socket(&q->socket);
	if(q->route_set.len == 0)
		return 0;
	return parse_rr_body(q->route_set.s, q->route_set.len, &d->route_set);
}

/* Where tm will send it: as its own hooks are calculated for a loose route. */
static str next_hop(const dlg_t *d)
{
	if(d->route_set != NULL)
		return d->route_set->nameaddr.uri;
	if(d->dst_uri.len > 0)
		return d->dst_uri;
	return d->rem_target.len > 0 ? d->rem_target : d->rem_uri;
}

/* headers and a Contact line behind it, pkg memory; s NULL if there is no
 * socket from which the next hop could be reached. */
static str with_own_contact(const str *headers, dlg_t *d)
{
	static const char *const transports[] = {
			[PROTO_TCP] = ";transport=tcp",
			[PROTO_TLS] = ";transport=tls",
			[PROTO_SCTP] = ";transport=sctp",
	};
	str hop = next_hop(d), all = {NULL, 0};
	struct dest_info dst;
	snd_flags_t flags;
	const char *transport = "";
	char uri[512];
	int n;

	SND_FLAGS_INIT(&flags);
	if(d->send_sock != NULL)
		flags.f |= SND_F_FORCE_SOCKET;
	if(uri2dst2(NULL, &dst, d->send_sock, flags, &hop, PROTO_NONE) == NULL
			|| dst.send_sock == NULL
			|| kj_socket_uri(uri, sizeof(uri), dst.send_sock) < 0)
		return all;
	if(dst.proto > PROTO_UDP && dst.proto <= PROTO_SCTP
			&& transports[(int)dst.proto] != NULL)
		transport = transports[(int)dst.proto];
	n = headers->len + (int)(strlen(uri) + strlen(transport)) + 32;
	all.s = pkg_malloc((size_t)n);
	if(all.s != NULL)
		all.len = snprintf(all.s, (size_t)n, "%.*sContact: <%s%s>\r\n",
				headers->len, headers->s, uri, transport);
	return all;
}

static int send_by_tm(struct request *q, dlg_t *d, void *pending)
{
	str *headers = q->headers.len > 0 ? &q->headers : NULL;
	str *body = q->body.len > 0 ? &q->body : NULL;
	str longer = {NULL, 0};
	struct kj_subs_scope before;
	uac_req_t uac;
	int r;

	if(q->own_contact == 1) {
		longer = with_own_contact(&q->headers, d);
		if(longer.s == NULL)
			return -1;
		headers = &longer;
	}
	set_uac_req(&uac, &q->method, headers, body, d,
			TMCB_LOCAL_COMPLETED | TMCB_DESTROY, kj_answer_heard, pending);
	before = kj_subs_enter(q->subs, q->subs_length);
	r = kj_state.tm.t_request_within(&uac);
	kj_subs_leave(before);
	if(longer.s != NULL)
		pkg_free(longer.s);
	return r;
}

static struct kj_sent send_checked(
		struct request *q, uint32_t epoch, uint64_t id)
{
	struct kj_sent sent = {
			KW_STATUS_FAILED, (uint32_t)q->last_cseq, 0, "bad route set"};
	void *pending = kj_answer_expect(epoch, id, &q->answer_route,
			q->want_reply == 1, q->subs, q->subs_length);
	uint64_t began = kw_now_ns();
	dlg_t dialog;
	int r;

	if(pending == NULL) {
		sent.text = "no shared memory";
		return sent;
	}
	r = fill_dialog(&dialog, q);
	if(r == 0) {
		sent.text = "tm could not send it";
		r = send_by_tm(q, &dialog, pending);
		sent.cseq = dialog.loc_seq.value;
		sent.status = r > 0	   ? KW_STATUS_SENT
					  : r == 0 ? KW_STATUS_DROPPED
							   : KW_STATUS_FAILED;
		if(r >= 0)
			sent.text = NULL;
	}
	/* from success on, tm owns it */
	if(sent.status != KW_STATUS_SENT)
		kj_answer_forget(pending);
	if(dialog.route_set != NULL)
		free_rr(&dialog.route_set);
	sent.micros = (kw_now_ns() - began) / 1000;
	return sent;
}

struct kj_sent kj_request_send(
		const uint8_t *fields, uint32_t length, uint32_t epoch, uint64_t id)
{
	struct request q;
	struct kj_sent refused = {KW_STATUS_FAILED, 0, 0, NULL};

	read_request(&q, fields, length);
	refused.text = fault(&q);
	if(refused.text == NULL)
		return send_checked(&q, epoch, id);
	refused.cseq = (uint32_t)q.last_cseq;
	LM_ERR("the engine asks for a request that is no SIP: %s\n", refused.text);
	return refused;
}

void kj_request_command(
		const uint8_t *fields, uint32_t length, uint32_t epoch, uint64_t id)
{
	struct kj_sent sent = kj_request_send(fields, length, epoch, id);
	uint8_t buffer[KJ_EVENT_MAX];
	struct kw_tlv_writer w;

	kw_tlv_init(&w, buffer, sizeof(buffer) - KJ_EVENT_HEADER);
	kw_tlv_int(&w, KW_T_STATUS, sent.status);
	kw_tlv_int(&w, KW_T_CSEQ, sent.cseq);
	kw_tlv_int(&w, KW_T_MICROS, (int64_t)sent.micros);
	if(sent.text != NULL)
		kw_tlv_bytes(&w, KW_T_TEXT, sent.text, (uint32_t)strlen(sent.text));
	kj_event_send(KW_EV_SENT, epoch, id, &w);
}
