/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * presence_dfks.so: tables. The engine's presence_dfks module registers the
 * as-feature-event package and publishes what telephones set.
 */
#include "kj_shim.h"

KJ_MODULE_VERSION

/* clang-format off */
static const param_export_t params[] = {
	KJ_COMMON_PARAMS,
	{0, 0, 0}
};

static struct kj_function *const functions[] = {NULL};

static const struct kj_module kj_this = {"presence_dfks", params, functions};

KJ_EXPORTED struct module_exports exports = {
	.name = "presence_dfks",
	.dlflags = DEFAULT_DLFLAGS,
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
	return kj_open();
}
