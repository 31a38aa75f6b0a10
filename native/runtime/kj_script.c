/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A script function: its arguments are evaluated, the engine is asked, and
 * what it answered is done in this order: $subs, reply, requests, return code.
 */
#include "kj_runtime.h"
#include "kw_message.h"

#include <stdio.h>
#include <string.h>

#include "core/mod_fix.h"
#include "core/pt.h"
#include "core/route.h"

#define MS UINT64_C(1000000)
#define TIMER_TIMEOUT_NS (20 * MS) /* SIP's timers run in that process */

struct answer
{
	int answered; /* 0: the engine asks for the busy answer */
	int64_t code; /* what the function returns */
	int64_t deferred;
	int64_t reply_code;
	str reason, headers, body, value;
	int sets_subs;
	const uint8_t *subs;
	uint32_t subs_length;
	int64_t marks; /* of changes of usrloc */
	int64_t branch_flag;
};

static int fixup_variable(const struct kj_function *f, void **param)
{
	if(fixup_pvar_null(param, 1) != 0)
		return -1;
	if(((pv_spec_t *)*param)->setf == NULL) {
		LM_ERR("%s: the last argument is no variable that can be set\n",
				f->name);
		return -1;
	}
	return 0;
}

int kj_script_fixup(
		struct kj_function *f, const char *types, void **param, int no)
{
	f->used = 1;
	if(no < 1 || no > (int)strlen(types))
		return 0;
	if(types[no - 1] == 'v')
		return fixup_variable(f, param);
	if(types[no - 1] == 'u' && kj_usrloc_table((const char *)*param) < 0)
		return -1;
	return types[no - 1] == 'i' ? fixup_igp_null(param, 1)
								: fixup_spve_null(param, 1);
}

int kj_script_free_fixup(void **param, int no)
{
	(void)no;
	if(param != NULL && *param != NULL)
		fparam_free_restore(param);
	return 0;
}

static str as_str(const struct kw_tlv_field *f)
{
	str s = {(char *)f->value, (int)f->length};
	return s;
}

static void read_answer(const struct kj_call *c, struct answer *a)
{
	struct kw_tlv_reader r;
	struct kw_tlv_field f;

	memset(a, 0, sizeof(*a));
	a->code = -1;
	a->branch_flag = -1;
	kw_tlv_open(&r, c->response, c->length);
	while(kw_tlv_next(&r, &f)) {
		switch(f.tag) {
			case KW_T_RETURN:
				a->answered = kw_tlv_get_int(&f, &a->code) == 0;
				break;
			case KW_T_DEFERRED:
				kw_tlv_get_int(&f, &a->deferred);
				break;
			case KW_T_REPLY_CODE:
				kw_tlv_get_int(&f, &a->reply_code);
				break;
			case KW_T_REPLY_REASON:
				a->reason = as_str(&f);
				break;
			case KW_T_REPLY_HEADERS:
				a->headers = as_str(&f);
				break;
			case KW_T_REPLY_BODY:
				a->body = as_str(&f);
				break;
			case KW_T_VALUE:
				a->value = as_str(&f);
				break;
			case KW_T_UL_MARK:
				kw_tlv_get_int(&f, &a->marks);
				break;
			case KW_T_SET_BRANCH_FLAG:
				kw_tlv_get_int(&f, &a->branch_flag);
				break;
			case KW_T_SUBS:
				a->sets_subs = 1;
				a->subs = f.value;
				a->subs_length = f.length;
				break;
			default:
				break;
		}
	}
}

static void tell_replied(
		const struct kj_call *c, const struct kw_tlv_field *f, int status)
{
	uint8_t buffer[64];
	struct kw_tlv_writer w;
	int64_t id;

	if(kw_tlv_get_int(f, &id) < 0)
		return;
	kw_tlv_init(&w, buffer, sizeof(buffer));
	kw_tlv_int(&w, KW_T_STATUS, status);
	kj_event_send(KW_EV_REPLIED, c->epoch, (uint64_t)id, &w);
}

/* What comes after the reply: the requests that leave here, and the word that
 * others may leave elsewhere. status: KW_REPLIED_* */
static void follow_up(const struct kj_call *c, int status)
{
	struct kw_tlv_reader r;
	struct kw_tlv_field f;

	kw_tlv_open(&r, c->response, c->length);
	while(kw_tlv_next(&r, &f)) {
		struct kw_tlv_reader inner;
		struct kw_tlv_field id;
		int64_t v = 0;
		if(f.tag == KW_T_AFTER_REPLY)
			tell_replied(c, &f, status);
		if(f.tag != KW_T_COMMAND)
			continue;
		kw_tlv_open(&inner, f.value, f.length);
		while(kw_tlv_next(&inner, &id))
			if(id.tag == KW_T_ID)
				kw_tlv_get_int(&id, &v);
		kj_request_command(
				f.value, c->depth > 0 ? 0 : f.length, c->epoch, (uint64_t)v);
	}
}

static void set_variable(
		const struct kj_call *c, pv_spec_t *variable, const str *value)
{
	pv_value_t v;

	if(variable == NULL || value->s == NULL)
		return;
	memset(&v, 0, sizeof(v));
	v.flags = PV_VAL_STR;
	v.rs = *value;
	if(pv_set_spec_value(c->any_msg, variable, 0, &v) < 0)
		LM_ERR("%s: its variable can not be set\n", c->function->name);
}

/* 0 when tm has found that the request is a retransmission and has answered it
 * again. */
static int is_first(const struct kj_call *c)
{
	if(!(kj_state.function_flags[c->function->id] & KW_FN_TRANSACTION)
			|| kj_call_has_transaction())
		return 1;
	return kj_state.tm.t_newtran(c->msg) != 0;
}

static int finish(struct kj_call *c, struct answer *a)
{
	int status = KW_REPLIED_SENT;

	set_variable(c, c->variable, &a->value);
	if(a->sets_subs && c->msg != NULL)
		kj_subs_set(c->msg, a->subs, a->subs_length);
	kj_usrloc_mark(a->marks);
	kj_usrloc_branch_flag(a->branch_flag);
	if(c->deferral >= 0 && a->deferred)
		kj_deferral_keep();
	else if(c->deferral >= 0
			&& !kj_deferral_take_back(c->deferral, c->generation))
		status = KW_REPLIED_BUSY; /* a courier, at the deadline */
	if(a->reply_code != 0 && status == KW_REPLIED_SENT && is_first(c)
			&& kj_reply_send(c->msg, (int)a->reply_code, &a->reason,
					   &a->headers, &a->body)
					   < 0) {
		a->code = -1;
		status = KW_REPLIED_GONE;
	}
	follow_up(c, status);
	return (int)a->code;
}

/* The engine does not answer now (bridge.md 7). */
static int refuse(struct kj_call *c)
{
	if(c->deferral >= 0 && !kj_deferral_take_back(c->deferral, c->generation))
		return 1; /* the engine's answer is on its way through a courier */
	if(c->msg != NULL
			&& (kj_state.function_flags[c->function->id] & KW_FN_REPLIES))
		kj_reply_busy(c->msg);
	return kj_state.function_flags[c->function->id] & KW_FN_TAKEN ? 1 : -1;
}

/* Only the core's own timer processes carry SIP's timers; other modules' (the
 * one that resumes async_route(), say) may wait as workers do. */
static uint64_t timeout_ns(void)
{
	static const char *const names[] = {
			"slow timer", "timer", "secondary timer"};

	for(size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if(kj_state.rank == PROC_TIMER && strcmp(my_desc(), names[i]) == 0)
			return TIMER_TIMEOUT_NS;
	return (uint64_t)kj_state.settings.call_timeout * MS;
}

static int call(struct kj_function *f, sip_msg_t *msg, const str *args,
		int count, pv_spec_t *variable)
{
	struct kj_call c = {.function = f,
			.args = args,
			.arg_count = count,
			.any_msg = msg,
			.variable = variable};
	struct answer a = {0};
	int r;

	if(f->id < 0)
		return -1;
	if(msg != NULL && msg->first_line.type == SIP_REQUEST)
		c.msg = msg;
	c.timeout_ns = timeout_ns();
	if(kj_call_begin(&c) == 0)
		read_answer(&c, &a);
	r = a.answered ? finish(&c, &a) : refuse(&c);
	kj_call_end(&c);
	return r;
}

int kj_script_call_values(
		struct kj_function *f, sip_msg_t *msg, const str *args, int count)
{
	return call(f, msg, args, count, NULL);
}

int kj_script_call_variable(struct kj_function *f, sip_msg_t *msg,
		const str *args, int count, str *variable)
{
	pv_spec_t *spec = pv_cache_get(variable);

	if(spec == NULL || spec->setf == NULL) {
		LM_ERR("%s: %.*s is no variable that can be set\n", f->name,
				variable->len, variable->s);
		return -1;
	}
	return call(f, msg, args, count, spec);
}

int kj_script_call(
		struct kj_function *f, const char *types, sip_msg_t *msg, char **params)
{
	char numbers[KJ_MAX_ARGS][16];
	str args[KJ_MAX_ARGS];
	int count = (int)strlen(types);
	pv_spec_t *variable = NULL;

	if(count > 0 && types[count - 1] == 'v')
		variable = (pv_spec_t *)(void *)params[--count];
	for(int i = 0; i < count; i++) {
		fparam_t *p = (fparam_t *)(void *)params[i];
		int n;
		if(types[i] != 'i' && get_str_fparam(&args[i], msg, p) == 0)
			continue;
		if(types[i] != 'i' || get_int_fparam(&n, msg, p) != 0) {
			LM_ERR("%s: argument %d has no value\n", f->name, i + 1);
			return -1;
		}
		args[i].s = numbers[i];
		args[i].len = snprintf(numbers[i], sizeof(numbers[i]), "%d", n);
	}
	return call(f, msg, args, count, variable);
}
