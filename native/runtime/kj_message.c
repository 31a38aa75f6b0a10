/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A SIP message as fields, out of Kamailio's own parser: there is no second
 * one to disagree with it. A header that does not parse is named in KW_T_BAD
 * and its fields are absent.
 */
#include "kj_runtime.h"
#include "kw_message.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/dset.h"
#include "core/mem/mem.h"
#include "core/parser/contact/parse_contact.h"
#include "core/parser/parse_content.h"
#include "core/parser/parse_cseq.h"
#include "core/parser/parse_event.h"
#include "core/parser/parse_from.h"
#include "core/parser/parse_rr.h"
#include "core/parser/parse_to.h"
#include "core/parser/parse_uri.h"
#include "core/socket_info.h"
#include "core/ut.h"
#include "core/xavp.h"

/* Kamailio 5.7 made the integers of XAVPs long. */
#if VERSIONVAL < 5007000
#define XAVP_NUMBER SR_XTYPE_INT
#define XAVP_NUMBER_OF(x) ((x)->val.v.i)
#else
#define XAVP_NUMBER SR_XTYPE_LONG
#define XAVP_NUMBER_OF(x) ((x)->val.v.l)
#endif

#define MOST_CHALLENGES 4

static void text(struct kw_tlv_writer *w, uint16_t tag, const str *s)
{
	kw_tlv_bytes(w, tag, s->s, s->len < 0 ? 0 : (uint32_t)s->len);
}

static void bad(struct kw_tlv_writer *w, const char *what)
{
	kw_tlv_bytes(w, KW_T_BAD, what, (uint32_t)strlen(what));
}

static void header_body(
		struct kw_tlv_writer *w, uint16_t tag, const struct hdr_field *h)
{
	if(h != NULL)
		text(w, tag, &h->body);
}

/* user and host of a URI, if it parses */
static void uri_parts(
		struct kw_tlv_writer *w, const str *uri, uint16_t user, uint16_t host)
{
	struct sip_uri u;

	if(uri->len <= 0 || parse_uri(uri->s, uri->len, &u) < 0)
		return;
	text(w, user, &u.user);
	text(w, host, &u.host);
}

static void write_from(struct kw_tlv_writer *w, sip_msg_t *msg)
{
	const to_body_t *from;

	if(msg->from == NULL || parse_from_header(msg) < 0
			|| (from = get_from(msg)) == NULL) {
		bad(w, "from");
		return;
	}
	text(w, KW_T_FROM_URI, &from->uri);
	uri_parts(w, &from->uri, KW_T_FROM_USER, KW_T_FROM_HOST);
	if(from->tag_value.len > 0)
		text(w, KW_T_FROM_TAG, &from->tag_value);
	if(from->display.len > 0)
		text(w, KW_T_FROM_DISPLAY, &from->display);
}

static void write_to(struct kw_tlv_writer *w, sip_msg_t *msg)
{
	const to_body_t *to;

	if(msg->to == NULL || (to = get_to(msg)) == NULL) {
		bad(w, "to");
		return;
	}
	text(w, KW_T_TO_URI, &to->uri);
	uri_parts(w, &to->uri, KW_T_TO_USER, KW_T_TO_HOST);
	if(to->tag_value.len > 0)
		text(w, KW_T_TO_TAG, &to->tag_value);
}

static void write_cseq(struct kw_tlv_writer *w, sip_msg_t *msg)
{
	unsigned int number;

	if(msg->cseq == NULL || get_cseq(msg) == NULL
			|| str2int(&get_cseq(msg)->number, &number) < 0)
		bad(w, "cseq");
	else
		kw_tlv_int(w, KW_T_CSEQ, number);
}

static void write_contact(struct kw_tlv_writer *w, sip_msg_t *msg)
{
	const contact_body_t *c;

	if(msg->contact == NULL)
		return;
	if(parse_contact(msg->contact) < 0 || (c = msg->contact->parsed) == NULL) {
		bad(w, "contact");
		return;
	}
	if(c->star)
		kw_tlv_int(w, KW_T_CONTACT_STAR, 1);
	else if(c->contacts != NULL)
		text(w, KW_T_CONTACT, &c->contacts->uri);
}

static void write_event(struct kw_tlv_writer *w, sip_msg_t *msg)
{
	const event_t *event;

	if(msg->event == NULL)
		return;
	text(w, KW_T_EVENT, &msg->event->body);
	if(parse_event(msg->event) < 0 || (event = msg->event->parsed) == NULL) {
		bad(w, "event");
		return;
	}
	text(w, KW_T_EVENT_NAME, &event->name);
	for(const param_t *p = event->params.list; p != NULL; p = p->next) {
		uint32_t mark = kw_tlv_begin(w, KW_T_EVENT_PARAM);
		text(w, KW_T_NAME, &p->name);
		if(p->body.s != NULL)
			text(w, KW_T_VALUE, &p->body);
		kw_tlv_end(w, mark);
	}
}

static void write_record_route(struct kw_tlv_writer *w, sip_msg_t *msg)
{
	str routes = {0, 0};

	if(msg->record_route == NULL)
		return;
	if(print_rr_body(msg->record_route, &routes, 0, NULL) != 0) {
		bad(w, "record_route");
		return;
	}
	text(w, KW_T_RECORD_ROUTE, &routes);
	pkg_free(routes.s);
}

static void write_other_headers(struct kw_tlv_writer *w, sip_msg_t *msg)
{
	header_body(w, KW_T_CALL_ID, msg->callid);
	header_body(w, KW_T_EXPIRES, msg->expires);
	header_body(w, KW_T_SIP_IF_MATCH, msg->sipifmatch);
	header_body(w, KW_T_CONTENT_TYPE, msg->content_type);
	header_body(w, KW_T_SUBSCRIPTION_STATE, msg->subscription_state);
	header_body(w, KW_T_USER_AGENT, msg->user_agent);
	for(const struct hdr_field *h = msg->headers; h != NULL; h = h->next)
		if(h->type == HDR_ACCEPT_T)
			text(w, KW_T_ACCEPT, &h->body);
}

static void write_body(struct kw_tlv_writer *w, sip_msg_t *msg)
{
	char *body = get_body(msg);
	long arrived = body == NULL ? 0 : msg->buf + msg->len - body;
	long used = arrived;

	if(msg->content_length != NULL) {
		long announced = get_content_length(msg);
		kw_tlv_int(w, KW_T_CONTENT_LENGTH, announced);
		if(announced >= 0 && announced < used)
			used = announced;
	}
	kw_tlv_int(w, KW_T_BODY_LENGTH, arrived);
	if(used > 0)
		kw_tlv_bytes(w, KW_T_BODY, body, (uint32_t)used);
}

static void write_ruri(struct kw_tlv_writer *w, sip_msg_t *msg)
{
	const str *uri = GET_RURI(msg);

	text(w, KW_T_METHOD, &msg->first_line.u.request.method);
	text(w, KW_T_RURI, uri);
	uri_parts(w, uri, KW_T_RURI_USER, KW_T_RURI_HOST);
}

int kj_socket_uri(char *uri, size_t capacity, const struct socket_info *s)
{
	const str *host =
			s->useinfo.name.len > 0 ? &s->useinfo.name : &s->address_str;
	const str *port =
			s->useinfo.port_no > 0 ? &s->useinfo.port_no_str : &s->port_no_str;
	int bare6 = memchr(host->s, ':', (size_t)host->len) != NULL
				&& host->s[0] != '[';
	int n = snprintf(uri, capacity, "sip:%s%.*s%s:%.*s", bare6 ? "[" : "",
			host->len, host->s, bare6 ? "]" : "", port->len, port->s);

	return n < 0 || (size_t)n >= capacity ? -1 : n;
}

static void write_socket_uri(
		struct kw_tlv_writer *w, const struct socket_info *s)
{
	char uri[512];
	int n = kj_socket_uri(uri, sizeof(uri), s);

	if(n > 0)
		kw_tlv_bytes(w, KW_T_SOCKET_URI, uri, (uint32_t)n);
}

static void write_transport(struct kw_tlv_writer *w, sip_msg_t *msg)
{
	const struct socket_info *s = msg->rcv.bind_address;
	str name = {0, 0};

	if(s != NULL) {
		text(w, KW_T_SOCKET, &s->sock_str);
		write_socket_uri(w, s);
	}
	if(get_valid_proto_string(msg->rcv.proto, 1, 0, &name) == 0)
		text(w, KW_T_PROTO, &name);
	if(get_src_address_socket(msg, &name) == 0)
		text(w, KW_T_SOURCE, &name);
}

void kj_xavp_write(struct kw_tlv_writer *w, const struct kj_xavp_wish *wish,
		int numbers_only)
{
	str root = {(char *)wish->root, (int)strlen(wish->root)};
	str child = {(char *)wish->child, (int)strlen(wish->child)};
	sr_xavp_t *x = xavp_get_child(&root, &child);
	char name[2 * KJ_NAME + sizeof("=>")];
	uint32_t mark;

	if(x == NULL
			|| (x->val.type != XAVP_NUMBER
					&& (numbers_only || x->val.type != SR_XTYPE_STR)))
		return;
	mark = kw_tlv_begin(w, KW_T_XAVP);
	snprintf(name, sizeof(name), "%s=>%s", wish->root, wish->child);
	kw_tlv_bytes(w, KW_T_NAME, name, (uint32_t)strlen(name));
	if(x->val.type == SR_XTYPE_STR)
		text(w, KW_T_VALUE, &x->val.v.s);
	else
		kw_tlv_int(w, KW_T_NUMBER, XAVP_NUMBER_OF(x));
	kw_tlv_end(w, mark);
}

void kj_message_write(struct kw_tlv_writer *w, sip_msg_t *msg)
{
	uint32_t mark = kw_tlv_begin(w, KW_T_MESSAGE);
	flag_t flags = 0;

	if(parse_headers(msg, HDR_EOH_F, 0) < 0)
		bad(w, "headers");
	write_ruri(w, msg);
	write_from(w, msg);
	write_to(w, msg);
	write_cseq(w, msg);
	write_contact(w, msg);
	write_record_route(w, msg);
	write_event(w, msg);
	write_other_headers(w, msg);
	write_transport(w, msg);
	if(getbflagsval(0, &flags) == 1)
		kw_tlv_int(w, KW_T_BRANCH_FLAGS, flags);
	for(int i = 0; i < kj_state.wish_count; i++)
		kj_xavp_write(w, &kj_state.wishes[i], 0);
	write_body(w, msg);
	kw_tlv_end(w, mark);
}

/* The bodies of the first headers of this name, for those the core has no type
 * for. */
static void named_headers(struct kw_tlv_writer *w, uint16_t tag,
		const sip_msg_t *msg, const char *name, int most)
{
	size_t length = strlen(name);

	for(const struct hdr_field *h = msg->headers; h != NULL && most > 0;
			h = h->next) {
		if((size_t)h->name.len == length
				&& strncasecmp(h->name.s, name, length) == 0) {
			text(w, tag, &h->body);
			most--;
		}
	}
}

void kj_message_write_reply(struct kw_tlv_writer *w, sip_msg_t *reply)
{
	if(parse_headers(reply, HDR_EOH_F, 0) < 0)
		bad(w, "headers");
	write_from(w, reply);
	write_to(w, reply);
	write_cseq(w, reply);
	write_contact(w, reply);
	write_record_route(w, reply);
	header_body(w, KW_T_EXPIRES, reply->expires);
	named_headers(w, KW_T_SIP_ETAG, reply, "SIP-ETag", 1);
	named_headers(w, KW_T_RETRY_AFTER, reply, "Retry-After", 1);
	named_headers(w, KW_T_MIN_EXPIRES, reply, "Min-Expires", 1);
	named_headers(w, KW_T_CHALLENGE, reply,
			reply->first_line.u.reply.statuscode == 407 ? "Proxy-Authenticate"
														: "WWW-Authenticate",
			MOST_CHALLENGES);
}
