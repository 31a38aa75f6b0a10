/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * presence.so: tables. What they name is answered by the engine's presence
 * module.
 */
#include "kj_shim.h"

KJ_MODULE_VERSION

/* clang-format off */
#define PRESENCE_PARAMS(INT, STR) \
	STR(db_url) STR(presentity_table) STR(active_watchers_table) \
	STR(watchers_table) INT(clean_period) INT(db_update_period) \
	INT(cseq_offset) INT(waitn_time) INT(notifier_poll_rate) \
	INT(notifier_processes) INT(force_delete) INT(startup_mode) \
	INT(expires_offset) INT(max_expires) INT(min_expires) \
	INT(min_expires_action) STR(server_address) INT(subs_db_mode) \
	INT(publ_cache) INT(subs_htable_size) INT(pres_htable_size) \
	INT(send_fast_notify) INT(enable_sphere_check) INT(timeout_rm_subs) \
	INT(fetch_rows) INT(db_table_lock_type) INT(local_log_level) \
	STR(local_log_facility) INT(subs_remove_match) STR(xavp_cfg) \
	INT(retrieve_order) STR(retrieve_order_by) INT(sip_uri_match) \
	INT(enable_dmq) INT(enable_pres_dmq) INT(enable_pres_sync_dmq) \
	INT(enable_subs_dmq) INT(enable_subs_sync_dmq) INT(skip_notify_dmq) \
	STR(default_socket) STR(dmq_peer_id) INT(pres_subs_mode) \
	INT(delete_same_subs) INT(timer_mode) INT(subs_respond_200)

PRESENCE_PARAMS(KJ_INT_STORE, KJ_STR_STORE)

static const param_export_t params[] = {
	PRESENCE_PARAMS(KJ_INT_ENTRY, KJ_STR_ENTRY)
	KJ_COMMON_PARAMS,
	{0, 0, 0}
};

KJ_FUNCTION(handle_publish, "handle_publish")
KJ_FUNCTION(handle_subscribe, "handle_subscribe")
KJ_FUNCTION(auth_status, "pres_auth_status")
KJ_FUNCTION(refresh, "pres_refresh_watchers")
KJ_FUNCTION(update, "pres_update_watchers")
KJ_FUNCTION(has_subscribers, "pres_has_subscribers")
KJ_FUNCTION(kemi_refresh, "kemi:pres_refresh_watchers")
KJ_FUNCTION(kemi_refresh_file, "kemi:pres_refresh_watchers_file")
KJ_FUNCTION(rpc_cleanup, "rpc:presence.cleanup")
KJ_FUNCTION(rpc_list, "rpc:presence.presentity_list")
KJ_FUNCTION(rpc_show, "rpc:presence.presentity_show")
KJ_FUNCTION(rpc_watchers, "rpc:presence.watcher_list")
KJ_FUNCTION(rpc_refresh, "rpc:presence.refreshWatchers")
KJ_FUNCTION(rpc_update, "rpc:presence.updateWatchers")
KJ_FUNCTION(rpc_cache_sync, "rpc:presence.publish_cache_sync")

static struct kj_function *const functions[] = {
	&kj_f_handle_publish, &kj_f_handle_subscribe, &kj_f_auth_status,
	&kj_f_refresh, &kj_f_update, &kj_f_has_subscribers, &kj_f_kemi_refresh,
	&kj_f_kemi_refresh_file, &kj_f_rpc_cleanup, &kj_f_rpc_list,
	&kj_f_rpc_show, &kj_f_rpc_watchers, &kj_f_rpc_refresh, &kj_f_rpc_update,
	&kj_f_rpc_cache_sync, NULL
};

KJ_SCRIPT(publish0, handle_publish, "")
KJ_SCRIPT(publish1, handle_publish, "s")
KJ_SCRIPT(subscribe0, handle_subscribe, "")
KJ_SCRIPT(subscribe1, handle_subscribe, "s")
KJ_SCRIPT(auth_status, auth_status, "ss")
KJ_SCRIPT3(refresh3, refresh, "ssi")
KJ_SCRIPT5(refresh5, refresh, "ssiss")
KJ_SCRIPT(update, update, "ss")
KJ_SCRIPT(has_subscribers, has_subscribers, "ss")

static cmd_export_t cmds[] = {
	KJ_CMD("handle_publish", publish0, 0, REQUEST_ROUTE),
	KJ_CMD("handle_publish", publish1, 1, REQUEST_ROUTE),
	KJ_CMD("handle_subscribe", subscribe0, 0, REQUEST_ROUTE),
	KJ_CMD("handle_subscribe", subscribe1, 1, REQUEST_ROUTE),
	KJ_CMD("pres_auth_status", auth_status, 2, REQUEST_ROUTE),
	KJ_CMD("pres_refresh_watchers", refresh3, 3, ANY_ROUTE),
	KJ_CMD("pres_refresh_watchers", refresh5, 5, ANY_ROUTE),
	KJ_CMD("pres_update_watchers", update, 2, ANY_ROUTE),
	KJ_CMD("pres_has_subscribers", has_subscribers, 2, ANY_ROUTE),
	{0, 0, 0, 0, 0, 0}
};

KJ_RPC(cleanup, rpc_cleanup)
KJ_RPC(list, rpc_list)
KJ_RPC(show, rpc_show)
KJ_RPC(watchers, rpc_watchers)
KJ_RPC(refresh, rpc_refresh)
KJ_RPC(update, rpc_update)
KJ_RPC(cache_sync, rpc_cache_sync)

static const char *cleanup_doc[] = {
	"Removes what has expired.", 0
};
static const char *list_doc[] = {
	"Lists the publications. Optional argument: full.", 0
};
static const char *show_doc[] = {
	"Lists publications. Arguments: basic or full, user or *, domain or *.", 0
};
static const char *watchers_doc[] = {
	"Lists the watchers of a presentity. Arguments: basic or full, its URI.", 0
};
static const char *refresh_doc[] = {
	"Notifies watchers. Arguments: presentity's URI, event, type 0, 1 or 2; "
	"for type 2 also URI and name of a file.", 0
};
static const char *update_doc[] = {
	"Applies changed rules. Arguments: presentity's URI, event.", 0
};
static const char *cache_sync_doc[] = {
	"Counts the publications in the table again.", 0
};

static rpc_export_t rpcs[] = {
	{"presence.cleanup", kj_r_cleanup, cleanup_doc, 0},
	{"presence.presentity_list", kj_r_list, list_doc, RET_ARRAY},
	{"presence.presentity_show", kj_r_show, show_doc, RET_ARRAY},
	{"presence.watcher_list", kj_r_watchers, watchers_doc, RET_ARRAY},
	{"presence.refreshWatchers", kj_r_refresh, refresh_doc, 0},
	{"presence.updateWatchers", kj_r_update, update_doc, 0},
	{"presence.publish_cache_sync", kj_r_cache_sync, cache_sync_doc, 0},
	{0, 0, 0, 0}
};

static int subs_get(sip_msg_t *msg, pv_param_t *param, pv_value_t *res)
{
	return kj->subs_get(msg, param, res);
}

static int subs_parse(pv_spec_t *sp, str *name)
{
	return kj->subs_parse(sp, name);
}

static int reply_get(sip_msg_t *msg, pv_param_t *param, pv_value_t *res)
{
	return kj->reply_pv_get(msg, param, res);
}

static int reply_parse(pv_spec_t *sp, str *name)
{
	return kj->reply_pv_parse(sp, name);
}

static pv_export_t pvs[] = {
	{{"subs", sizeof("subs") - 1}, PVT_OTHER, subs_get, 0, subs_parse, 0, 0, 0},
	{{"notify_reply", sizeof("notify_reply") - 1}, PVT_OTHER, reply_get, 0,
		reply_parse, 0, 0, 0},
	{{0, 0}, 0, 0, 0, 0, 0, 0, 0}
};

KJ_KEMI0(publish, handle_publish)
KJ_KEMI1(publish_uri, handle_publish)
KJ_KEMI0(subscribe, handle_subscribe)
KJ_KEMI1(subscribe_uri, handle_subscribe)
KJ_KEMI2(auth_status, auth_status)
KJ_KEMI2(update, update)
KJ_KEMI2(has_subscribers, has_subscribers)

static str number_text(int n, char buffer[16])
{
	str s = {buffer, snprintf(buffer, 16, "%d", n)};
	return s;
}

static int kj_k_refresh(sip_msg_t *msg, str *uri, str *event, int type)
{
	char buffer[16];
	str args[] = {*uri, *event, number_text(type, buffer)};
	return kj->call_values(&kj_f_kemi_refresh, msg, args, 3);
}

static int kj_k_refresh_file(sip_msg_t *msg, str *uri, str *event, int type,
		str *file_uri, str *file_name)
{
	char buffer[16];
	str args[] = {*uri, *event, number_text(type, buffer), *file_uri,
		*file_name};
	return kj->call_values(&kj_f_kemi_refresh_file, msg, args, 5);
}

#define PRESENCE_KEMI(name, c, ...) \
	{str_init("presence"), str_init(name), SR_KEMIP_INT, kj_k_##c, {__VA_ARGS__}}

static sr_kemi_t kemi[] = {
	PRESENCE_KEMI("handle_publish", publish, SR_KEMIP_NONE),
	PRESENCE_KEMI("handle_publish_uri", publish_uri, SR_KEMIP_STR),
	PRESENCE_KEMI("handle_subscribe", subscribe, SR_KEMIP_NONE),
	PRESENCE_KEMI("handle_subscribe_uri", subscribe_uri, SR_KEMIP_STR),
	PRESENCE_KEMI("pres_refresh_watchers", refresh, SR_KEMIP_STR, SR_KEMIP_STR,
		SR_KEMIP_INT),
	PRESENCE_KEMI("pres_refresh_watchers_file", refresh_file, SR_KEMIP_STR,
		SR_KEMIP_STR, SR_KEMIP_INT, SR_KEMIP_STR, SR_KEMIP_STR),
	PRESENCE_KEMI("pres_update_watchers", update, SR_KEMIP_STR, SR_KEMIP_STR),
	PRESENCE_KEMI("pres_has_subscribers", has_subscribers, SR_KEMIP_STR,
		SR_KEMIP_STR),
	PRESENCE_KEMI("pres_auth_status", auth_status, SR_KEMIP_STR, SR_KEMIP_STR),
	{{0, 0}, {0, 0}, 0, NULL, {0, 0, 0, 0, 0, 0}}
};

static const struct kj_module kj_this = {"presence", params, functions};

KJ_EXPORTED struct module_exports exports = {
	.name = "presence",
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
