/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Event routes of the cfg that the engine has run, each with variables of its
 * own: they belong to that run and are gone with it. Only couriers run them.
 */
#include "kj_runtime.h"
#include "kw_message.h"

#include <string.h>

#include "core/fmsg.h"
#include "core/receive.h"
#include "core/route.h"

/* What a run sees; NULL outside of one. */
static const uint8_t *variables;
static uint32_t variables_length;

static void run(int route, const uint8_t *fields, uint32_t length)
{
	const uint8_t *outer = variables;
	uint32_t outer_length = variables_length;
	int type = get_route_type();
	sip_msg_t *msg = faked_msg_get_next();

	if(msg == NULL) {
		LM_ERR("no message for an event route\n");
		return;
	}
	variables = fields;
	variables_length = length;
	set_route_type(LOCAL_ROUTE);
	kj_call_nest();
	run_top_route(event_rt.rlist[route], msg, NULL);
	kj_call_unnest();
	set_route_type(type);
	ksr_msg_env_reset();
	variables = outer;
	variables_length = outer_length;
}

void kj_route_command(const uint8_t *fields, uint32_t length)
{
	char name[KJ_NAME] = "";
	struct kw_tlv_reader r;
	struct kw_tlv_field f;
	int route;

	kw_tlv_open(&r, fields, length);
	while(kw_tlv_next(&r, &f)) {
		if(f.tag != KW_T_NAME || f.length >= sizeof(name))
			continue;
		memcpy(name, f.value, f.length);
		name[f.length] = '\0';
	}
	route = name[0] == '\0' ? -1 : route_lookup(&event_rt, name);
	if(route >= 0 && event_rt.rlist[route] != NULL)
		run(route, fields, length);
}

void kj_route_names(struct kw_tlv_writer *w)
{
	const struct str_hash_table *t = &event_rt.names;

	for(int i = 0; t->table != NULL && i < t->size; i++)
		for(const struct str_hash_entry *e = t->table[i].next;
				e != (const void *)&t->table[i]; e = e->next)
			if(e->u.n >= 0 && event_rt.rlist[e->u.n] != NULL)
				kw_tlv_bytes(
						w, KW_T_EVENT_ROUTE, e->key.s, (uint32_t)e->key.len);
}

int kj_variable_parse(pv_spec_t *sp, str *name, const char *const *names)
{
	for(int i = 0; names[i] != NULL; i++)
		if(strlen(names[i]) == (size_t)name->len
				&& memcmp(names[i], name->s, (size_t)name->len) == 0) {
			sp->pvp.pvn.type = PV_NAME_OTHER;
			sp->pvp.pvn.u.dname = (void *)(uintptr_t)names[i];
			return 0;
		}
	LM_ERR("there is no variable of the name %.*s\n", name->len, name->s);
	return -1;
}

static int is_named(const struct kw_tlv_field *variable, const char *name,
		struct kw_tlv_field *value)
{
	struct kw_tlv_reader r;
	struct kw_tlv_field f;
	int named = 0, has = 0;

	kw_tlv_open(&r, variable->value, variable->length);
	while(kw_tlv_next(&r, &f)) {
		if(f.tag == KW_T_NAME)
			named = f.length == strlen(name)
					&& memcmp(f.value, name, f.length) == 0;
		if(f.tag == KW_T_VALUE) {
			*value = f;
			has = 1;
		}
	}
	return named && has;
}

int kj_variable_get(sip_msg_t *msg, pv_param_t *param, pv_value_t *res)
{
	struct kw_tlv_reader r;
	struct kw_tlv_field f, value = {0};

	if(variables == NULL)
		return pv_get_null(msg, param, res);
	kw_tlv_open(&r, variables, variables_length);
	while(kw_tlv_next(&r, &f)) {
		if(f.tag == KW_T_VARIABLE && is_named(&f, param->pvn.u.dname, &value)) {
			str text = {(char *)value.value, (int)value.length};
			return pv_get_strval(msg, param, res, &text);
		}
	}
	return pv_get_null(msg, param, res);
}
