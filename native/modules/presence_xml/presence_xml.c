/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * presence_xml.so: tables. What they name is answered by the engine's
 * presence_xml module.
 */
#include "kj_shim.h"

KJ_MODULE_VERSION

/* clang-format off */
#define PRESENCE_XML_PARAMS(INT, STR) \
	STR(db_url) STR(xcap_table) INT(force_active) INT(integrated_xcap_server) \
	INT(disable_presence) INT(disable_winfo) INT(disable_bla) \
	INT(disable_xcapdiff) INT(passive_mode) STR(xcapauth_userdel_reason) \
	INT(force_dummy_presence) INT(force_presence_single_body) \
	STR(presence_single_body_priorities) \
	STR(presence_single_body_lookup_element) INT(default_expires)

PRESENCE_XML_PARAMS(KJ_INT_STORE, KJ_STR_STORE)
KJ_REPEATED_SETTER(xcap_server)

static const param_export_t params[] = {
	PRESENCE_XML_PARAMS(KJ_INT_ENTRY, KJ_STR_ENTRY)
	{"xcap_server", PARAM_STRING | PARAM_USE_FUNC, (void *)kj_add_xcap_server},
	KJ_COMMON_PARAMS,
	{0, 0, 0}
};

KJ_FUNCTION(basic, "pres_check_basic")
KJ_FUNCTION(activities, "pres_check_activities")

static struct kj_function *const functions[] = {
	&kj_f_basic, &kj_f_activities, NULL
};

KJ_SCRIPT(basic, basic, "ss")
KJ_SCRIPT(activities, activities, "ss")

static cmd_export_t cmds[] = {
	KJ_CMD("pres_check_basic", basic, 2, ANY_ROUTE),
	KJ_CMD("pres_check_activities", activities, 2, ANY_ROUTE),
	{0, 0, 0, 0, 0, 0}
};

KJ_KEMI2(basic, basic)
KJ_KEMI2(activities, activities)

static sr_kemi_t kemi[] = {
	{str_init("presence_xml"), str_init("pres_check_basic"), SR_KEMIP_INT,
		kj_k_basic, {SR_KEMIP_STR, SR_KEMIP_STR}},
	{str_init("presence_xml"), str_init("pres_check_activities"), SR_KEMIP_INT,
		kj_k_activities, {SR_KEMIP_STR, SR_KEMIP_STR}},
	{{0, 0}, {0, 0}, 0, NULL, {0, 0, 0, 0, 0, 0}}
};

static const struct kj_module kj_this = {"presence_xml", params, functions};

KJ_EXPORTED struct module_exports exports = {
	.name = "presence_xml",
	.dlflags = DEFAULT_DLFLAGS,
	.cmds = cmds,
	.params = (param_export_t *)params,
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
