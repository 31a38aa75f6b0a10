/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a module shim gets from the runtime. A shim is tables and nothing
 * else; it opens the runtime library that lies next to it by absolute path
 * and asks for this table (kj_shim.h does both).
 *
 * Everything here is called by Kamailio's processes, one thread each. Memory
 * that a shim passes is static and stays its own.
 */
#ifndef KJ_API_H
#define KJ_API_H

#include "core/sr_module.h"
#include "core/parser/msg_parser.h"
#include "core/pvar.h"
#include "core/rpc.h"

#define KJ_API_VERSION 3
#define KJ_RUNTIME_FILE "libkamjvm_runtime.so"
#define KJ_ENTRY "kj_runtime_api"
#define KJ_MAX_ARGS 6

/* An integer parameter that the cfg does not set holds this. */
#define KJ_UNSET_INT ((int)0x80000000)

/* Something that the engine answers. name: "handle_publish",
 * "rpc:presence.cleanup", "kemi:..." where the KEMI form differs. */
struct kj_function
{
	const char *name;
	int id;	  /* given by mod_init() */
	int used; /* 1: the cfg calls it (its fixup ran before the engine) */
};

struct kj_module
{
	const char *name;
	/* Storage of type int (KJ_UNSET_INT) or str ({0, 0}); entries that use a
	 * function are skipped: those arrive through repeated_param(). */
	const param_export_t *params;
	struct kj_function *const *functions; /* ends with NULL */
};

/* What of the engine stands behind the FIFO (kj_fifo.h). */
struct kj_fifo_functions
{
	struct kj_function *command, *execute, *answer;
	int always; /* 1: there is a FIFO whenever this module is loaded; 0: only
				 * if a parameter of the FIFO is set */
};

struct kj_api
{
	int version;
	/* mod_register: before any parameter. path: the shim's own. 0 or -1 */
	int (*attach)(const struct kj_module *m, const char *path);
	int (*mod_init)(const struct kj_module *m);
	int (*child_init)(int rank);
	void (*destroy)(void);

	/* A parameter of bridge.md 8; 0, or -1 if it is wrong or contradicts. */
	int (*common_param)(const char *name, modparam_t type, void *value);
	/* One of several values of a module's parameter; copied. 0 or -1 */
	int (*repeated_param)(
			const struct kj_module *m, const char *name, const char *value);

	/* A parameter of the FIFO, whichever module it is set for. 0 or -1 */
	int (*fifo_param)(const char *name, modparam_t type, void *value);
	/* mod_register, after attach. */
	void (*fifo_attach)(const struct kj_fifo_functions *f);

	/* types: one letter per argument, s string, i integer, u literal name of a
	 * table of usrloc; v, only as the last: a variable that is set to what the
	 * engine says. */
	int (*fixup)(
			struct kj_function *f, const char *types, void **param, int no);
	int (*free_fixup)(void **param, int no);
	/* From the native script; params as fixup() left them. */
	int (*call)(struct kj_function *f, const char *types, sip_msg_t *msg,
			char **params);
	/* From KEMI; arguments as they are. Returns the script's return code. */
	int (*call_values)(
			struct kj_function *f, sip_msg_t *msg, const str *args, int count);
	/* The same for a function whose last argument, given by its name, is a
	 * variable to be set. */
	int (*call_variable)(struct kj_function *f, sip_msg_t *msg, const str *args,
			int count, str *variable);
	void (*rpc)(struct kj_function *f, rpc_t *rpc, void *ctx);

	int (*subs_get)(sip_msg_t *msg, pv_param_t *param, pv_value_t *res);
	int (*subs_parse)(pv_spec_t *sp, str *name);
	/* For modules that need usrloc: before mod_init(), after child_init(). */
	int (*use_usrloc)(const struct kj_module *m);
	void (*usrloc_child)(int rank);

	int (*reply_pv_get)(sip_msg_t *msg, pv_param_t *param, pv_value_t *res);
	int (*reply_pv_parse)(pv_spec_t *sp, str *name);
	/* A variable of the event route that the engine has run. names: static,
	 * ends with NULL; the engine gives values by these names. */
	int (*variable_get)(sip_msg_t *msg, pv_param_t *param, pv_value_t *res);
	int (*variable_parse)(pv_spec_t *sp, str *name, const char *const *names);
};

typedef const struct kj_api *(*kj_entry_f)(void);

#endif
