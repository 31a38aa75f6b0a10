/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * pua_mi.so: tables. What they name is answered by the engine's pua_mi
 * module. There is a FIFO if mi_fifo.so is loaded, too, or if one of its
 * parameters is set here.
 */
#include "kj_shim.h"

KJ_MODULE_VERSION

/* clang-format off */
#define PUA_MI_PARAMS(INT, STR) \
	INT(publish_with_ob_proxy)

PUA_MI_PARAMS(KJ_INT_STORE, KJ_STR_STORE)

KJ_FIFO

static const param_export_t params[] = {
	PUA_MI_PARAMS(KJ_INT_ENTRY, KJ_STR_ENTRY)
	KJ_FIFO_PARAMS,
	KJ_COMMON_PARAMS,
	{0, 0, 0}
};

KJ_FUNCTION(rpc_publish, "rpc:pua_publish")
KJ_FUNCTION(rpc_subscribe, "rpc:pua_subscribe")

static struct kj_function *const functions[] = {
	&kj_f_rpc_publish, &kj_f_rpc_subscribe,
	&kj_f_fifo_command, &kj_f_fifo_execute, &kj_f_fifo_answer, NULL
};

static const struct kj_fifo_functions fifo = KJ_FIFO_FUNCTIONS(0);

KJ_RPC(publish, rpc_publish)
KJ_RPC(subscribe, rpc_subscribe)

static const char *publish_doc[] = {
	"Publishes and waits for the answer. Arguments: presentity's URI, expires, "
	"event, content type, id, ETag, with publish_with_ob_proxy outbound proxy, "
	"extra headers, optionally a body; . where there is none.", 0
};
static const char *subscribe_doc[] = {
	"Subscribes. Arguments: presentity's URI, watcher's URI, event, expires.", 0
};

static rpc_export_t rpcs[] = {
	{"pua_publish", kj_r_publish, publish_doc, 0},
	{"pua_subscribe", kj_r_subscribe, subscribe_doc, 0},
	{0, 0, 0, 0}
};

static const struct kj_module kj_this = {"pua_mi", params, functions};

KJ_EXPORTED struct module_exports exports = {
	.name = "pua_mi",
	.dlflags = DEFAULT_DLFLAGS,
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
	kj->fifo_attach(&fifo);
	return 0;
}
