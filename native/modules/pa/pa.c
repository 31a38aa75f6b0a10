/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * pa.so: tables. What they name is answered by the engine's pa module.
 */
#include "kj_shim.h"

#include <strings.h>

KJ_MODULE_VERSION

/* clang-format off */
#define PA_PARAMS(INT, STR) \
	INT(default_expires) INT(default_priority_percentage) STR(db_url) \
	STR(pa_domain) INT(timer_interval) INT(max_subscription_expiration) \
	INT(max_publish_expiration) INT(use_db) INT(use_callbacks) STR(auth) \
	STR(winfo_auth) INT(watcherinfo_notify) \
	INT(accept_internal_subscriptions) INT(use_offline_winfo) \
	INT(offline_winfo_expiration) INT(offline_winfo_timer) \
	INT(ignore_408_on_notify) INT(notify_is_refresh) STR(pres_rules_file) \
	INT(auth_rules_refresh_time) INT(async_auth_queries) \
	INT(max_auth_requests_per_tick) INT(subscribe_to_users) \
	STR(pa_subscription_uri) STR(presentity_table) \
	STR(presentity_contact_table) STR(watcherinfo_table) \
	STR(offline_winfo_table) STR(uid_column) STR(watcher_column) \
	STR(events_column) STR(domain_column) STR(status_column) \
	STR(created_on_column) STR(expires_on_column) STR(dbid_column) \
	STR(pres_id_column) STR(basic_column) STR(expires_column) \
	STR(priority_column) STR(contact_column) STR(tupleid_column) \
	STR(etag_column) STR(published_id_column) STR(element_column) \
	STR(note_column) STR(lang_column) STR(uri_column) STR(pdomain_column) \
	STR(xcap_params_column) STR(status_extension_column) STR(w_uri_column) \
	STR(display_name_column) STR(s_id_column) STR(package_column) \
	STR(event_column) STR(accepts_column) STR(server_contact_column) \
	STR(dialog_column) STR(doc_index_column) INT(pidf_priority) \
	INT(new_watcher_pending) INT(new_tuple_on_publish) \
	INT(callback_update_db) INT(callback_lock_pdomain) STR(place_table) \
	INT(use_place_table) INT(use_bsearch) INT(use_location_package) \
	STR(usrloc_domain) STR(jabber_domain) STR(xcap_root) STR(xcap_table)

PA_PARAMS(KJ_INT_STORE, KJ_STR_STORE)

static const param_export_t params[] = {
	PA_PARAMS(KJ_INT_ENTRY, KJ_STR_ENTRY)
	KJ_COMMON_PARAMS,
	{0, 0, 0}
};

KJ_FUNCTION(subscription, "handle_subscription")
KJ_FUNCTION(publish, "handle_publish")
KJ_FUNCTION(registration, "pa_handle_registration")
KJ_FUNCTION(online, "target_online")
KJ_FUNCTION(status, "check_subscription_status")
KJ_FUNCTION(store_winfo, "store_winfo")
KJ_FUNCTION(dump_winfo, "dump_stored_winfo")
KJ_FUNCTION(authorize_message, "authorize_message")
KJ_FUNCTION(inject, "pa_inject")
KJ_FUNCTION(rpc_authorize, "rpc:pa.authorize")
KJ_FUNCTION(rpc_trace, "rpc:pa.trace")
KJ_FUNCTION(rpc_publish, "rpc:pa.publish")
KJ_FUNCTION(rpc_watched, "rpc:pa.watched")
KJ_FUNCTION(rpc_inject, "rpc:pa.inject")
KJ_FUNCTION(rpc_list, "rpc:pa.list")

static struct kj_function *const functions[] = {
	&kj_f_subscription, &kj_f_publish, &kj_f_registration, &kj_f_online,
	&kj_f_status, &kj_f_store_winfo, &kj_f_dump_winfo,
	&kj_f_authorize_message, &kj_f_inject, &kj_f_rpc_authorize,
	&kj_f_rpc_trace, &kj_f_rpc_publish, &kj_f_rpc_watched,
	&kj_f_rpc_inject, &kj_f_rpc_list, NULL
};
/* clang-format on */

static const struct kj_module kj_this = {"pa", params, functions};

static int is_among(const char *word, const char *const *words)
{
	for(int i = 0; words[i] != NULL; i++)
		if(strcasecmp(words[i], word) == 0)
			return 1;
	return 0;
}

/* The engine is told which domains the cfg names. 0, or -1: there is no such
 * domain. */
static int use_domain(const char *function, const char *name)
{
	static const char *const domains[] = {"registrar", "jabber", NULL};
	static int told[2];
	int i = 0;

	if(strchr(name, '$') != NULL)
		return 0;
	if(!is_among(name, domains)) {
		LM_ERR("%s(\"%s\"): the domain is neither \"registrar\" nor "
			   "\"jabber\"\n",
				function, name);
		return -1;
	}
	while(strcasecmp(domains[i], name) != 0)
		i++;
	if(told[i])
		return 0;
	told[i] = 1;
	return kj->repeated_param(&kj_this, ".domain", domains[i]);
}

static int domain_fixup(
		struct kj_function *f, const char *types, void **param, int no)
{
	if(no == 1 && use_domain(f->name, (const char *)*param) < 0)
		return -1;
	return kj->fixup(f, types, param, no);
}

static int status_fixup(
		struct kj_function *f, const char *types, void **param, int no)
{
	static const char *const names[] = {
			"pending", "active", "rejected", "terminated", NULL};
	const char *name = (const char *)*param;

	if(strchr(name, '$') == NULL && !is_among(name, names)) {
		LM_ERR("check_subscription_status(\"%s\"): there is no such status\n",
				name);
		return -1;
	}
	return kj->fixup(f, types, param, no);
}

/* As KJ_SCRIPT and KJ_SCRIPT3, with a look at the first argument. */
#define PA_SCRIPT(c, f, types, look)                        \
	static int kj_x_##c(void **param, int no)               \
	{                                                       \
		return look(&kj_f_##f, types, param, no);           \
	}                                                       \
	static int kj_c_##c(sip_msg_t *msg, char *p1, char *p2) \
	{                                                       \
		char *params[] = {p1, p2};                          \
		return kj->call(&kj_f_##f, types, msg, params);     \
	}
#define PA_SCRIPT3(c, f, types, look)                                 \
	static int kj_x_##c(void **param, int no)                         \
	{                                                                 \
		return look(&kj_f_##f, types, param, no);                     \
	}                                                                 \
	static int kj_c_##c(sip_msg_t *msg, char *p1, char *p2, char *p3) \
	{                                                                 \
		char *params[] = {p1, p2, p3};                                \
		return kj->call(&kj_f_##f, types, msg, params);               \
	}

/* clang-format off */
PA_SCRIPT(subscription, subscription, "s", domain_fixup)
PA_SCRIPT(publish, publish, "s", domain_fixup)
PA_SCRIPT(registration, registration, "s", domain_fixup)
PA_SCRIPT(online, online, "s", domain_fixup)
PA_SCRIPT(status, status, "s", status_fixup)
PA_SCRIPT(store_winfo, store_winfo, "s", domain_fixup)
PA_SCRIPT(dump_winfo, dump_winfo, "ss", domain_fixup)
PA_SCRIPT3(inject, inject, "sss", domain_fixup)
KJ_SCRIPT(authorize_message, authorize_message, "s")

#define PA_ROUTES (REQUEST_ROUTE | FAILURE_ROUTE)

static cmd_export_t cmds[] = {
	KJ_CMD("handle_subscription", subscription, 1, PA_ROUTES),
	KJ_CMD("pa_handle_subscription", subscription, 1, PA_ROUTES),
	KJ_CMD("handle_publish", publish, 1, PA_ROUTES),
	KJ_CMD("pa_handle_publish", publish, 1, PA_ROUTES),
	KJ_CMD("pa_handle_registration", registration, 1, REQUEST_ROUTE),
	KJ_CMD("target_online", online, 1, PA_ROUTES),
	KJ_CMD("check_subscription_status", status, 1, PA_ROUTES),
	KJ_CMD("store_winfo", store_winfo, 1, PA_ROUTES),
	KJ_CMD("dump_stored_winfo", dump_winfo, 2, PA_ROUTES),
	KJ_CMD("authorize_message", authorize_message, 1, PA_ROUTES),
	KJ_CMD("pa_inject", inject, 3, ANY_ROUTE),
	{0, 0, 0, 0, 0, 0}
};

KJ_RPC(authorize, rpc_authorize)
KJ_RPC(trace, rpc_trace)
KJ_RPC(publish, rpc_publish)
KJ_RPC(watched, rpc_watched)
KJ_RPC(inject, rpc_inject)
KJ_RPC(list, rpc_list)

static const char *authorize_doc[] = {
	"Lets a watcher see a presentity. Arguments: domain, presentity, watcher.",
	0
};
static const char *trace_doc[] = {
	"Counts presentities, publications and watchers. Optional argument: 1 "
	"lists the watchers, too.", 0
};
static const char *publish_doc[] = {
	"Publishes. Arguments: domain, presentity, PIDF document or \".\", "
	"seconds; optional: entity-tag.", 0
};
static const char *watched_doc[] = {
	"Lists the presentities of a domain that somebody watches.", 0
};
static const char *inject_doc[] = {
	"Tells a presentity's state. Arguments: domain, presentity, available, "
	"unavailable, refused or unknown; optional: show (away, xa, dnd, chat), "
	"note, seconds, source.", 0
};
static const char *list_doc[] = {
	"Lists the presentities. Optional argument: domain.", 0
};

static rpc_export_t rpcs[] = {
	{"pa.authorize", kj_r_authorize, authorize_doc, 0},
	{"pa.trace", kj_r_trace, trace_doc, RET_ARRAY},
	{"pa.publish", kj_r_publish, publish_doc, 0},
	{"pa.watched", kj_r_watched, watched_doc, RET_ARRAY},
	{"pa.inject", kj_r_inject, inject_doc, 0},
	{"pa.list", kj_r_list, list_doc, RET_ARRAY},
	{0, 0, 0, 0}
};

static const char *const variables[] = {
	"domain", "presentity", "watcher", NULL
};

static int variable_get(sip_msg_t *msg, pv_param_t *param, pv_value_t *res)
{
	return kj->variable_get(msg, param, res);
}

static int variable_parse(pv_spec_t *sp, str *name)
{
	return kj->variable_parse(sp, name, variables);
}

static pv_export_t pvs[] = {
	{{"pa", sizeof("pa") - 1}, PVT_OTHER, variable_get, 0, variable_parse, 0, 0,
		0},
	{{0, 0}, 0, 0, 0, 0, 0, 0, 0}
};

KJ_KEMI1(subscription, subscription)
KJ_KEMI1(publish, publish)
KJ_KEMI1(registration, registration)
KJ_KEMI1(online, online)
KJ_KEMI1(status, status)
KJ_KEMI1(store_winfo, store_winfo)
KJ_KEMI2(dump_winfo, dump_winfo)
KJ_KEMI1(authorize_message, authorize_message)

static int kj_k_inject(sip_msg_t *msg, str *domain, str *uri, str *state)
{
	str args[] = {*domain, *uri, *state};
	return kj->call_values(&kj_f_inject, msg, args, 3);
}

#define PA_KEMI(name, c, ...) \
	{str_init("pa"), str_init(name), SR_KEMIP_INT, kj_k_##c, {__VA_ARGS__}}

static sr_kemi_t kemi[] = {
	PA_KEMI("handle_subscription", subscription, SR_KEMIP_STR),
	PA_KEMI("pa_handle_subscription", subscription, SR_KEMIP_STR),
	PA_KEMI("handle_publish", publish, SR_KEMIP_STR),
	PA_KEMI("pa_handle_publish", publish, SR_KEMIP_STR),
	PA_KEMI("pa_handle_registration", registration, SR_KEMIP_STR),
	PA_KEMI("target_online", online, SR_KEMIP_STR),
	PA_KEMI("check_subscription_status", status, SR_KEMIP_STR),
	PA_KEMI("store_winfo", store_winfo, SR_KEMIP_STR),
	PA_KEMI("dump_stored_winfo", dump_winfo, SR_KEMIP_STR, SR_KEMIP_STR),
	PA_KEMI("authorize_message", authorize_message, SR_KEMIP_STR),
	PA_KEMI("pa_inject", inject, SR_KEMIP_STR, SR_KEMIP_STR, SR_KEMIP_STR),
	{{0, 0}, {0, 0}, 0, NULL, {0, 0, 0, 0, 0, 0}}
};
/* clang-format on */

/* Says who gets what the cfg calls by a name that presence has, too: Kamailio
 * asks the module that was loaded last. */
static void warn_of_presence(void)
{
	cmd_function first;

	if(!module_loaded("presence"))
		return;
	first = find_export("handle_publish", 1, REQUEST_ROUTE);
	LM_WARN("modules pa and presence both have handle_publish: with one "
			"argument it is that of the module that was loaded last (%s); "
			"pa_handle_publish() and pa_handle_subscription() are always "
			"pa's\n",
			first == (cmd_function)(void *)kj_c_publish ? "pa" : "presence");
}

static int init(void)
{
	warn_of_presence();
	if(!module_loaded("usrloc"))
		return kj_mod_init();
	if(kj->repeated_param(&kj_this, ".usrloc", "1") < 0)
		return -1;
	return kj_mod_init_usrloc();
}

static int child_init(int rank)
{
	return module_loaded("usrloc") ? kj_child_init_usrloc(rank)
								   : kj_child_init(rank);
}

KJ_EXPORTED struct module_exports exports = {
		.name = "pa",
		.dlflags = DEFAULT_DLFLAGS,
		.cmds = cmds,
		.params = (param_export_t *)params,
		.rpc_methods = rpcs,
		.pv_items = pvs,
		.init_mod_f = init,
		.init_child_f = child_init,
		.destroy_mod_f = kj_destroy,
};

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
