/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * $subs(name): the subscription at hand. It belongs to one SIP message (set
 * when a call ends) or, while a NOTIFY is built, to whatever message tm's
 * event route sees. Null otherwise: it never leaks into an unrelated request.
 */
#include "kj_runtime.h"
#include "kw_message.h"

#include <stdlib.h>
#include <string.h>

struct attribute
{
	const char *name;
	int tag;
	enum { TEXT, UNSIGNED, SIGNED } type;
};

static const struct attribute attributes[] = {
		{"uri", KW_SUBS_PRES_URI, TEXT},
		{"pres_uri", KW_SUBS_PRES_URI, TEXT},
		{"to_user", KW_SUBS_TO_USER, TEXT},
		{"to_domain", KW_SUBS_TO_DOMAIN, TEXT},
		{"from_user", KW_SUBS_FROM_USER, TEXT},
		{"from_domain", KW_SUBS_FROM_DOMAIN, TEXT},
		{"watcher_username", KW_SUBS_WATCHER_USERNAME, TEXT},
		{"watcher_domain", KW_SUBS_WATCHER_DOMAIN, TEXT},
		{"event", KW_SUBS_EVENT, TEXT},
		{"event_id", KW_SUBS_EVENT_ID, TEXT},
		{"to_tag", KW_SUBS_TO_TAG, TEXT},
		{"from_tag", KW_SUBS_FROM_TAG, TEXT},
		{"callid", KW_SUBS_CALLID, TEXT},
		{"remote_cseq", KW_SUBS_REMOTE_CSEQ, UNSIGNED},
		{"local_cseq", KW_SUBS_LOCAL_CSEQ, UNSIGNED},
		{"contact", KW_SUBS_CONTACT, TEXT},
		{"local_contact", KW_SUBS_LOCAL_CONTACT, TEXT},
		{"record_route", KW_SUBS_RECORD_ROUTE, TEXT},
		{"expires", KW_SUBS_EXPIRES, UNSIGNED},
		{"status", KW_SUBS_STATUS, UNSIGNED},
		{"reason", KW_SUBS_REASON, TEXT},
		{"version", KW_SUBS_VERSION, SIGNED},
		{"flags", KW_SUBS_FLAGS, SIGNED},
		{"user_agent", KW_SUBS_USER_AGENT, TEXT},
		{"sockinfo", KW_SUBS_SOCKINFO, TEXT},
};
#define ATTRIBUTES (int)(sizeof(attributes) / sizeof(attributes[0]))

static struct kj_subs_scope scope;
static uint8_t *kept;
static uint32_t kept_capacity;
static unsigned int kept_id;
static int kept_pid;

int kj_subs_parse(pv_spec_t *sp, str *name)
{
	for(int i = 0; i < ATTRIBUTES; i++)
		if(strlen(attributes[i].name) == (size_t)name->len
				&& memcmp(attributes[i].name, name->s, (size_t)name->len)
						   == 0) {
			sp->pvp.pvn.type = PV_NAME_INTSTR;
			sp->pvp.pvn.u.isname.type = 0;
			sp->pvp.pvn.u.isname.name.n = i;
			return 0;
		}
	LM_ERR("$subs(%.*s): no such attribute\n", name->len, name->s);
	return -1;
}

static int get_number(sip_msg_t *msg, pv_param_t *param, pv_value_t *res,
		const struct attribute *a, const struct kw_tlv_field *f)
{
	int64_t v;

	if(kw_tlv_get_int(f, &v) < 0)
		return pv_get_null(msg, param, res);
	return a->type == SIGNED ? pv_get_sintval(msg, param, res, (int)v)
							 : pv_get_uintval(msg, param, res, (unsigned int)v);
}

int kj_subs_get(sip_msg_t *msg, pv_param_t *param, pv_value_t *res)
{
	const struct attribute *a = &attributes[param->pvn.u.isname.name.n];
	struct kw_tlv_reader r;
	struct kw_tlv_field f;
	str text;

	if(scope.fields == NULL
			|| (!scope.any_message
					&& (msg == NULL || msg->id != kept_id
							|| msg->pid != kept_pid)))
		return pv_get_null(msg, param, res);
	kw_tlv_open(&r, scope.fields, scope.length);
	while(kw_tlv_next(&r, &f)) {
		if(f.tag != a->tag)
			continue;
		if(a->type != TEXT)
			return get_number(msg, param, res, a, &f);
		text.s = (char *)f.value;
		text.len = (int)f.length;
		return pv_get_strval(msg, param, res, &text);
	}
	return pv_get_null(msg, param, res);
}

void kj_subs_set(sip_msg_t *msg, const uint8_t *fields, uint32_t length)
{
	uint8_t *bigger;

	if(scope.any_message) /* inside an event route: not our business */
		return;
	scope = (struct kj_subs_scope){0};
	if(length == 0)
		return;
	if(length > kept_capacity) {
		bigger = realloc(kept, length);
		if(bigger == NULL)
			return;
		kept = bigger;
		kept_capacity = length;
	}
	memcpy(kept, fields, length);
	kept_id = msg->id;
	kept_pid = msg->pid;
	scope.fields = kept;
	scope.length = length;
}

struct kj_subs_scope kj_subs_enter(const uint8_t *fields, uint32_t length)
{
	struct kj_subs_scope before = scope;

	scope = (struct kj_subs_scope){fields, length, 1};
	return before;
}

void kj_subs_leave(struct kj_subs_scope before)
{
	scope = before;
}
