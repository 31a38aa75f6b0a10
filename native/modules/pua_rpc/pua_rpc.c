/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * pua_rpc.so: tables. What they name is answered by the engine's pua_rpc
 * module.
 */
#include "kj_shim.h"

KJ_MODULE_VERSION

/* clang-format off */
static const param_export_t params[] = {
	KJ_COMMON_PARAMS,
	{0, 0, 0}
};

KJ_FUNCTION(rpc_publish, "rpc:pua.publish")
KJ_FUNCTION(rpc_send_publish, "rpc:pua.send_publish")
KJ_FUNCTION(rpc_subscribe, "rpc:pua.subscribe")

static struct kj_function *const functions[] = {
	&kj_f_rpc_publish, &kj_f_rpc_send_publish, &kj_f_rpc_subscribe, NULL
};

KJ_RPC(publish, rpc_publish)
KJ_RPC(send_publish, rpc_send_publish)
KJ_RPC(subscribe, rpc_subscribe)

static const char *publish_doc[] = {
	"Publishes and waits for the answer. Arguments: presentity's URI, expires, "
	"event, content type, id, ETag, outbound proxy, extra headers, optionally "
	"a body; . where there is none.", 0
};
static const char *send_publish_doc[] = {
	"Publishes. Arguments as of pua.publish.", 0
};
static const char *subscribe_doc[] = {
	"Subscribes. Arguments: presentity's URI, watcher's URI, event, expires.", 0
};

static rpc_export_t rpcs[] = {
	{"pua.publish", kj_r_publish, publish_doc, 0},
	{"pua.send_publish", kj_r_send_publish, send_publish_doc, 0},
	{"pua.subscribe", kj_r_subscribe, subscribe_doc, 0},
	{0, 0, 0, 0}
};

static const struct kj_module kj_this = {"pua_rpc", params, functions};

KJ_EXPORTED struct module_exports exports = {
	.name = "pua_rpc",
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
	return kj_open();
}
