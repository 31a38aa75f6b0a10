/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * pua.so: tables. What they name is answered by the engine's pua module.
 */
#include "kj_shim.h"

KJ_MODULE_VERSION

/* clang-format off */
#define PUA_PARAMS(INT, STR) \
	INT(hash_size) STR(db_url) STR(db_table) INT(min_expires) \
	INT(default_expires) INT(update_period) STR(outbound_proxy) \
	INT(dlginfo_increase_version) INT(reginfo_increase_version) \
	INT(check_remote_contact) INT(db_mode) INT(fetch_rows) \
	INT(db_table_lock_write)

PUA_PARAMS(KJ_INT_STORE, KJ_STR_STORE)

static const param_export_t params[] = {
	PUA_PARAMS(KJ_INT_ENTRY, KJ_STR_ENTRY)
	KJ_COMMON_PARAMS,
	{0, 0, 0}
};

KJ_FUNCTION(update_contact, "pua_update_contact")
KJ_FUNCTION(rpc_cleanup, "rpc:pua.cleanup")

static struct kj_function *const functions[] = {
	&kj_f_update_contact, &kj_f_rpc_cleanup, NULL
};

KJ_SCRIPT(update_contact, update_contact, "")

static cmd_export_t cmds[] = {
	KJ_CMD("pua_update_contact", update_contact, 0, REQUEST_ROUTE),
	{0, 0, 0, 0, 0, 0}
};

KJ_RPC(cleanup, rpc_cleanup)

static const char *cleanup_doc[] = {
	"Refreshes what expires soon and removes what has expired.", 0
};

static rpc_export_t rpcs[] = {
	{"pua.cleanup", kj_r_cleanup, cleanup_doc, 0},
	{0, 0, 0, 0}
};

KJ_KEMI0(update_contact, update_contact)

static sr_kemi_t kemi[] = {
	{str_init("pua"), str_init("pua_update_contact"), SR_KEMIP_INT,
		kj_k_update_contact, {SR_KEMIP_NONE}},
	{{0, 0}, {0, 0}, 0, NULL, {0, 0, 0, 0, 0, 0}}
};

static const struct kj_module kj_this = {"pua", params, functions};

KJ_EXPORTED struct module_exports exports = {
	.name = "pua",
	.dlflags = DEFAULT_DLFLAGS,
	.cmds = cmds,
	.params = (param_export_t *)params,
	.rpc_methods = rpcs,
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
