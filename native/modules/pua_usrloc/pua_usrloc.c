/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * pua_usrloc.so: tables. What they name is answered by the engine's pua_usrloc
 * module.
 */
#include "kj_shim.h"

KJ_MODULE_VERSION

/* clang-format off */
#define USRLOC_PARAMS(INT, STR) \
	STR(default_domain) STR(entity_prefix) INT(branch_flag)

USRLOC_PARAMS(KJ_INT_STORE, KJ_STR_STORE)

static const param_export_t params[] = {
	USRLOC_PARAMS(KJ_INT_ENTRY, KJ_STR_ENTRY)
	KJ_COMMON_PARAMS,
	{0, 0, 0}
};

KJ_FUNCTION(set_publish, "pua_set_publish")
KJ_FUNCTION(update_contact, "pua_update_contact")

static struct kj_function *const functions[] = {
	&kj_f_set_publish, &kj_f_update_contact, NULL
};

KJ_SCRIPT(set_publish, set_publish, "")

static cmd_export_t cmds[] = {
	KJ_CMD("pua_set_publish", set_publish, 0, REQUEST_ROUTE),
	{0, 0, 0, 0, 0, 0}
};

KJ_KEMI0(set_publish, set_publish)
KJ_KEMI0(update_contact, update_contact)

/* Scripts know it as KSR.pua.pua_set_publish(). A second table of the same
 * name hides the first, so it has what pua's own has, too. */
static sr_kemi_t kemi[] = {
	{str_init("pua"), str_init("pua_set_publish"), SR_KEMIP_INT,
		kj_k_set_publish, {SR_KEMIP_NONE}},
	{str_init("pua"), str_init("pua_update_contact"), SR_KEMIP_INT,
		kj_k_update_contact, {SR_KEMIP_NONE}},
	{{0, 0}, {0, 0}, 0, NULL, {0, 0, 0, 0, 0, 0}}
};

static const struct kj_module kj_this = {"pua_usrloc", params, functions};

KJ_EXPORTED struct module_exports exports = {
	.name = "pua_usrloc",
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
