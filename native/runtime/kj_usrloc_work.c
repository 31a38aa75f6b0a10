/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the engine wants to be done to the location table: by a worker, as a step
 * of its call, all of an AOR under one lock. What this brings about carries
 * KW_UL_OWN.
 */
#include "kj_usrloc.h"
#include "kw_message.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/globals.h"
#include "core/parser/parse_methods.h"

/* What the engine wants of one contact. */
struct wish
{
	int64_t action, expires, q, cseq, modified;
	str uri, call_id, received, path, user_agent, ruid;
};

struct work
{
	str table, aor;
	udomain_t *domain;
	urecord_t *record; /* NULL: there is none */
	int64_t found, some, failed;
};

static str as_str(const struct kw_tlv_field *f)
{
	str s = {(char *)f->value, (int)f->length};
	return s;
}

static void read_wish(struct wish *k, const struct kw_tlv_field *block)
{
	struct kw_tlv_reader r;
	struct kw_tlv_field f;

	memset(k, 0, sizeof(*k));
	k->q = Q_UNSPECIFIED;
	kw_tlv_open(&r, block->value, block->length);
	while(kw_tlv_next(&r, &f)) {
		switch(f.tag) {
			case KW_T_UL_ACTION:
				kw_tlv_get_int(&f, &k->action);
				break;
			case KW_T_UL_EXPIRES:
				kw_tlv_get_int(&f, &k->expires);
				break;
			case KW_T_UL_Q:
				kw_tlv_get_int(&f, &k->q);
				break;
			case KW_T_UL_CSEQ:
				kw_tlv_get_int(&f, &k->cseq);
				break;
			case KW_T_UL_MODIFIED:
				kw_tlv_get_int(&f, &k->modified);
				break;
			case KW_T_UL_URI:
				k->uri = as_str(&f);
				break;
			case KW_T_UL_CALL_ID:
				k->call_id = as_str(&f);
				break;
			case KW_T_UL_RECEIVED:
				k->received = as_str(&f);
				break;
			case KW_T_UL_PATH:
				k->path = as_str(&f);
				break;
			case KW_T_UL_USER_AGENT:
				k->user_agent = as_str(&f);
				break;
			case KW_T_UL_RUID:
				k->ruid = as_str(&f);
				break;
			default:
				break;
		}
	}
}

/* usrloc_api: 0 found, 1 not, less: the stored one is not to be touched. */
static int find(struct work *k, struct wish *c, ucontact_t **contact)
{
	int cseq = c->cseq >= INT32_MAX ? INT32_MAX : (int)c->cseq + 1;

	*contact = NULL;
	if(k->record == NULL)
		return 1;
	return kj_ul.api.get_ucontact(
			k->record, &c->uri, &c->call_id, &c->path, cseq, contact);
}

static void fill(ucontact_info_t *ci, struct wish *c)
{
	memset(ci, 0, sizeof(*ci));
	ci->c = &c->uri;
	ci->ruid = c->ruid;
	ci->received = c->received;
	ci->path = &c->path;
	ci->expires = (time_t)c->expires;
	ci->q = (qvalue_t)c->q;
	ci->callid = &c->call_id;
	ci->cseq = (int)c->cseq;
	ci->user_agent = &c->user_agent;
	ci->methods = ALL_METHODS;
	ci->server_id = server_id;
	ci->tcpconn_id = -1;
	ci->last_modified = (time_t)c->modified;
}

/* What the document does not know of a binding stays as it is. */
static void keep(ucontact_info_t *ci, const ucontact_t *old)
{
	ci->ruid = old->ruid;
	ci->cflags = old->cflags;
	ci->sock = old->sock;
	ci->methods = old->methods;
	ci->reg_id = old->reg_id;
	ci->tcpconn_id = old->tcpconn_id;
	ci->keepalive = old->keepalive;
}

static int put(struct work *k, struct wish *c)
{
	ucontact_info_t ci;
	ucontact_t *contact;
	char ruid[SRUID_SIZE];
	int r = find(k, c, &contact);

	if(r < 0)
		return 0;
	fill(&ci, c);
	if(r == 0) {
		keep(&ci, contact);
		r = kj_ul.api.update_ucontact(k->record, contact, &ci);
	} else {
		if(sruid_next(&kj_ul.ruids) < 0)
			return -1;
		/* what the engine says, then what makes it unique */
		ci.ruid.s = ruid;
		ci.ruid.len = snprintf(ruid, sizeof(ruid), "%.*s%.*s", c->ruid.len,
				c->ruid.s, kj_ul.ruids.uid.len, kj_ul.ruids.uid.s);
		if(ci.ruid.len >= (int)sizeof(ruid))
			return -1;
		if(k->record == NULL
				&& kj_ul.api.insert_urecord(k->domain, &k->aor, &k->record)
						   < 0) {
			k->record = NULL;
			return -1;
		}
		r = kj_ul.api.insert_ucontact(k->record, &c->uri, &ci, &contact);
	}
	k->some++;
	return r < 0 ? -1 : 0;
}

static int drop(struct work *k, struct wish *c)
{
	ucontact_t *contact;

	if(find(k, c, &contact) != 0)
		return 0;
	k->some++;
	return kj_ul.api.delete_ucontact(k->record, contact) < 0 ? -1 : 0;
}

static int clear(struct work *k)
{
	ucontact_t *c = k->record == NULL ? NULL : k->record->contacts;
	int r = 0;

	while(c != NULL) {
		ucontact_t *next = c->next;
		if(kj_ul.api.delete_ucontact(k->record, c) < 0)
			r = -1;
		k->some++;
		c = next;
	}
	return r;
}

static void act(struct work *k, const struct kw_tlv_field *block)
{
	struct wish c;
	int r = 0;

	read_wish(&c, block);
	if(c.action == KW_UL_CLEAR)
		r = clear(k);
	else if(c.uri.len == 0)
		r = -1;
	else if(c.action == KW_UL_PUT)
		r = put(k, &c);
	else if(c.action == KW_UL_REMOVE)
		r = drop(k, &c);
	if(r < 0)
		k->failed = 1;
}

static int64_t valid(const struct work *k)
{
	time_t now = time(NULL);
	int64_t n = 0;

	if(k->record != NULL)
		for(const ucontact_t *c = k->record->contacts; c != NULL; c = c->next)
			n += VALID_CONTACT(c, now) ? 1 : 0;
	return n;
}

static int64_t carry_out(struct work *k, const struct kw_tlv_field *item)
{
	struct kw_tlv_reader r;
	struct kw_tlv_field f;
	int64_t left;
	int found;

	kj_ul.api.lock_udomain(k->domain, &k->aor);
	found = kj_ul.api.get_urecord(k->domain, &k->aor, &k->record);
	if(found != 0)
		k->record = NULL;
	if(found < 0)
		k->failed = 1;
	k->found = k->record != NULL && k->record->contacts != NULL;
	kj_ul.own = 1;
	kw_tlv_open(&r, item->value, item->length);
	while(found >= 0 && kw_tlv_next(&r, &f))
		if(f.tag == KW_T_UL_CONTACT)
			act(k, &f);
	kj_ul.own = 0;
	left = valid(k);
	if(k->record != NULL)
		kj_ul.api.release_urecord(k->record);
	kj_ul.api.unlock_udomain(k->domain, &k->aor);
	return left;
}

void kj_usrloc_work(struct kw_tlv_writer *w, const struct kw_tlv_field *item)
{
	struct work k = {.domain = NULL};
	struct kw_tlv_reader r;
	struct kw_tlv_field f;
	char name[KJ_NAME];
	int64_t left = 0;
	uint32_t mark;

	kw_tlv_open(&r, item->value, item->length);
	while(kw_tlv_next(&r, &f)) {
		if(f.tag == KW_T_UL_TABLE)
			k.table = as_str(&f);
		if(f.tag == KW_T_UL_AOR)
			k.aor = as_str(&f);
	}
	if(kj_ul.bound && k.aor.len > 0 && k.aor.len < KJ_AOR_ROOM
			&& k.table.len > 0 && k.table.len < KJ_NAME) {
		memcpy(name, k.table.s, (size_t)k.table.len);
		name[k.table.len] = '\0';
		if(kj_ul.api.get_udomain(name, &k.domain) != 0)
			k.domain = NULL;
	}
	if(k.domain == NULL) {
		LM_ERR("usrloc has no table %.*s, or the AOR can not be one\n",
				k.table.len, k.table.s);
		k.failed = 1;
	} else {
		left = carry_out(&k, item);
	}
	mark = kw_tlv_begin(w, KW_T_UL_OUTCOME);
	kw_tlv_int(w, KW_T_STATUS, k.failed ? -1 : 0);
	kw_tlv_int(w, KW_T_UL_FOUND, k.found);
	kw_tlv_int(w, KW_T_UL_VALID, left);
	kw_tlv_int(w, KW_T_UL_SOME, k.some);
	kw_tlv_end(w, mark);
}
