/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * presence_b2b.so: tables. What they name is answered by the engine's
 * presence_b2b module.
 */
#include "kj_shim.h"

KJ_MODULE_VERSION

/* clang-format off */
#define B2B_PARAMS(INT, STR) \
	INT(default_expiration) INT(on_error_retry_time) STR(presence_route) \
	STR(additional_presence_headers) INT(wait_for_term_notify) \
	INT(resubscribe_delta) INT(min_resubscribe_time) \
	INT(handle_presence_subscriptions) STR(presence_outbound_proxy) \
	INT(max_subscribe_delay) INT(retry_after_reject) STR(auth_username) \
	STR(auth_password) INT(feed_mode) INT(feed_grace) \
	STR(feed_proxy)

B2B_PARAMS(KJ_INT_STORE, KJ_STR_STORE)
KJ_REPEATED_SETTER(subscribe)

static const param_export_t params[] = {
	B2B_PARAMS(KJ_INT_ENTRY, KJ_STR_ENTRY)
	{"subscribe", PARAM_STRING | PARAM_USE_FUNC, (void *)kj_add_subscribe},
	KJ_COMMON_PARAMS,
	{0, 0, 0}
};

KJ_FUNCTION(handle_notify, "handle_notify")
KJ_FUNCTION(subscribe, "pb2b_subscribe")
KJ_FUNCTION(unsubscribe, "pb2b_unsubscribe")
KJ_FUNCTION(state, "pb2b_state")
KJ_FUNCTION(presence, "pb2b_presence")
KJ_FUNCTION(rpc_subscribe, "rpc:presence_b2b.subscribe")
KJ_FUNCTION(rpc_unsubscribe, "rpc:presence_b2b.unsubscribe")
KJ_FUNCTION(rpc_refresh, "rpc:presence_b2b.refresh")
KJ_FUNCTION(rpc_list, "rpc:presence_b2b.list")
KJ_FUNCTION(rpc_get, "rpc:presence_b2b.get")
KJ_FUNCTION(rpc_stats, "rpc:presence_b2b.stats")
KJ_FUNCTION(rpc_trace, "rpc:presence_b2b.trace")

static struct kj_function *const functions[] = {
	&kj_f_handle_notify, &kj_f_subscribe, &kj_f_unsubscribe, &kj_f_state,
	&kj_f_presence, &kj_f_rpc_subscribe, &kj_f_rpc_unsubscribe,
	&kj_f_rpc_refresh, &kj_f_rpc_list, &kj_f_rpc_get, &kj_f_rpc_stats,
	&kj_f_rpc_trace, NULL
};

KJ_SCRIPT(handle_notify, handle_notify, "")
KJ_SCRIPT(subscribe2, subscribe, "ss")
KJ_SCRIPT3(subscribe3, subscribe, "sss")
KJ_SCRIPT(unsubscribe2, unsubscribe, "ss")
KJ_SCRIPT3(unsubscribe3, unsubscribe, "sss")
KJ_SCRIPT3(state, state, "ssv")
KJ_SCRIPT3(presence, presence, "ssv")

static cmd_export_t cmds[] = {
	KJ_CMD("handle_notify", handle_notify, 0, REQUEST_ROUTE),
	KJ_CMD("pb2b_subscribe", subscribe2, 2, ANY_ROUTE),
	KJ_CMD("pb2b_subscribe", subscribe3, 3, ANY_ROUTE),
	KJ_CMD("pb2b_unsubscribe", unsubscribe2, 2, ANY_ROUTE),
	KJ_CMD("pb2b_unsubscribe", unsubscribe3, 3, ANY_ROUTE),
	KJ_CMD_SETS("pb2b_state", state, 3, ANY_ROUTE),
	KJ_CMD_SETS("pb2b_presence", presence, 3, ANY_ROUTE),
	{0, 0, 0, 0, 0, 0}
};

KJ_RPC(subscribe, rpc_subscribe)
KJ_RPC(unsubscribe, rpc_unsubscribe)
KJ_RPC(refresh, rpc_refresh)
KJ_RPC(list, rpc_list)
KJ_RPC(get, rpc_get)
KJ_RPC(stats, rpc_stats)
KJ_RPC(trace, rpc_trace)

static const char *subscribe_doc[] = {
	"Watches somebody. Arguments: record, subscriber, package, feed 0 or 1.", 0
};
static const char *unsubscribe_doc[] = {
	"Ends a subscription. Argument: its id.", 0
};
static const char *refresh_doc[] = {
	"Renews a subscription now. Argument: its id.", 0
};
static const char *list_doc[] = {
	"Lists the subscriptions. Optional argument: a state.", 0
};
static const char *get_doc[] = {
	"Shows a subscription with its last document. Argument: its id.", 0
};
static const char *stats_doc[] = {
	"Counts what has happened, and subscriptions by state.", 0
};
static const char *trace_doc[] = {
	"Counts event clients; with an argument it also lists their states.", 0
};

static rpc_export_t rpcs[] = {
	{"presence_b2b.subscribe", kj_r_subscribe, subscribe_doc, 0},
	{"presence_b2b.unsubscribe", kj_r_unsubscribe, unsubscribe_doc, 0},
	{"presence_b2b.refresh", kj_r_refresh, refresh_doc, 0},
	{"presence_b2b.list", kj_r_list, list_doc, RET_ARRAY},
	{"presence_b2b.get", kj_r_get, get_doc, 0},
	{"presence_b2b.stats", kj_r_stats, stats_doc, 0},
	{"presence_b2b.trace", kj_r_trace, trace_doc, RET_ARRAY},
	{0, 0, 0, 0}
};

static int pb2b_get(sip_msg_t *msg, pv_param_t *param, pv_value_t *res)
{
	return kj->variable_get(msg, param, res);
}

static int pb2b_parse(pv_spec_t *sp, str *name)
{
	static const char *const names[] = {"id", "record", "subscriber",
		"package", "status", "reason", "basic", "ctype", "body", NULL};

	return kj->variable_parse(sp, name, names);
}

static pv_export_t pvs[] = {
	{{"pb2b", sizeof("pb2b") - 1}, PVT_OTHER, pb2b_get, 0, pb2b_parse, 0, 0, 0},
	{{0, 0}, 0, 0, 0, 0, 0, 0, 0}
};

KJ_KEMI0(handle_notify, handle_notify)
KJ_KEMI2(subscribe, subscribe)
KJ_KEMI2(unsubscribe, unsubscribe)

static int kj_k_state(sip_msg_t *msg, str *record, str *subscriber, str *name)
{
	str args[] = {*record, *subscriber};
	return kj->call_variable(&kj_f_state, msg, args, 2, name);
}

static int kj_k_presence(
		sip_msg_t *msg, str *record, str *subscriber, str *name)
{
	str args[] = {*record, *subscriber};
	return kj->call_variable(&kj_f_presence, msg, args, 2, name);
}

#define B2B_KEMI(name, c, ...) \
	{str_init("presence_b2b"), str_init(name), SR_KEMIP_INT, kj_k_##c, \
		{__VA_ARGS__}}

static sr_kemi_t kemi[] = {
	B2B_KEMI("handle_notify", handle_notify, SR_KEMIP_NONE),
	B2B_KEMI("pb2b_subscribe", subscribe, SR_KEMIP_STR, SR_KEMIP_STR),
	B2B_KEMI("pb2b_unsubscribe", unsubscribe, SR_KEMIP_STR, SR_KEMIP_STR),
	B2B_KEMI("pb2b_state", state, SR_KEMIP_STR, SR_KEMIP_STR, SR_KEMIP_STR),
	B2B_KEMI("pb2b_presence", presence, SR_KEMIP_STR, SR_KEMIP_STR,
		SR_KEMIP_STR),
	{{0, 0}, {0, 0}, 0, NULL, {0, 0, 0, 0, 0, 0}}
};

static const struct kj_module kj_this = {"presence_b2b", params, functions};

KJ_EXPORTED struct module_exports exports = {
	.name = "presence_b2b",
	.dlflags = DEFAULT_DLFLAGS,
	.cmds = cmds,
	.params = (param_export_t *)params,
	.rpc_methods = rpcs,
	.pv_items = pvs,
	.init_mod_f = kj_mod_init,
	.init_child_f = kj_child_init,
	.destroy_mod_f = kj_destroy,
};
/* clang-format on */

KJ_EXPORTED int mod_register(char *path, int *dlflags, void *p1, void *p2)
{
	(void)path;
	(void)dlflags;
	(void)p1;
	(void)p2;
	if(kj_open() < 0)
		return -1;
	return sr_kemi_modules_add(kemi);
}
