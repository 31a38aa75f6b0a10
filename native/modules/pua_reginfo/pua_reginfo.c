/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * pua_reginfo.so: tables. What they name is answered by the engine's
 * pua_reginfo module.
 */
#include "kj_shim.h"

KJ_MODULE_VERSION

/* clang-format off */
#define REGINFO_PARAMS(INT, STR) \
	STR(default_domain) INT(publish_reginfo) STR(outbound_proxy) \
	STR(server_address)

REGINFO_PARAMS(KJ_INT_STORE, KJ_STR_STORE)

static const param_export_t params[] = {
	REGINFO_PARAMS(KJ_INT_ENTRY, KJ_STR_ENTRY)
	KJ_COMMON_PARAMS,
	{0, 0, 0}
};

KJ_FUNCTION(handle_notify, "reginfo_handle_notify")
KJ_FUNCTION(subscribe, "reginfo_subscribe")
KJ_FUNCTION(disable_publish, "reginfo_disable_publish")

static struct kj_function *const functions[] = {
	&kj_f_handle_notify, &kj_f_subscribe, &kj_f_disable_publish, NULL
};

KJ_SCRIPT(handle_notify, handle_notify, "u")
KJ_SCRIPT(subscribe, subscribe, "s")
KJ_SCRIPT(subscribe_for, subscribe, "si")
KJ_SCRIPT(disable_publish, disable_publish, "")

static cmd_export_t cmds[] = {
	KJ_CMD("reginfo_handle_notify", handle_notify, 1, REQUEST_ROUTE),
	KJ_CMD("reginfo_subscribe", subscribe, 1, REQUEST_ROUTE | ONREPLY_ROUTE),
	KJ_CMD("reginfo_subscribe", subscribe_for, 2,
		REQUEST_ROUTE | ONREPLY_ROUTE),
	KJ_CMD("reginfo_disable_publish", disable_publish, 0, REQUEST_ROUTE),
	{0, 0, 0, 0, 0, 0}
};

KJ_KEMI1(handle_notify, handle_notify)
KJ_KEMI1(subscribe, subscribe)
KJ_KEMI_SI(subscribe_for, subscribe)
KJ_KEMI0(disable_publish, disable_publish)

static sr_kemi_t kemi[] = {
	{str_init("pua_reginfo"), str_init("reginfo_handle_notify"),
		SR_KEMIP_INT, kj_k_handle_notify, {SR_KEMIP_STR}},
	{str_init("pua_reginfo"), str_init("reginfo_subscribe"),
		SR_KEMIP_INT, kj_k_subscribe, {SR_KEMIP_STR}},
	{str_init("pua_reginfo"), str_init("reginfo_subscribe_expires"),
		SR_KEMIP_INT, kj_k_subscribe_for, {SR_KEMIP_STR, SR_KEMIP_INT}},
	{str_init("pua_reginfo"), str_init("reginfo_disable_publish"),
		SR_KEMIP_INT, kj_k_disable_publish, {SR_KEMIP_NONE}},
	{{0, 0}, {0, 0}, 0, NULL, {0, 0, 0, 0, 0, 0}}
};

static const struct kj_module kj_this = {"pua_reginfo", params, functions};

KJ_EXPORTED struct module_exports exports = {
	.name = "pua_reginfo",
	.dlflags = DEFAULT_DLFLAGS,
	.cmds = cmds,
	.params = (param_export_t *)params,
	.init_mod_f = kj_mod_init_usrloc,
	.init_child_f = kj_child_init_usrloc,
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
