/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Included once by each module's single file: opens the runtime, and makes
 * the small functions that Kamailio's tables want, because Kamailio tells a
 * function neither its own name nor the name of a parameter.
 *
 * The file defines, before or after: kj_this (struct kj_module), exports.
 */
#ifndef KJ_SHIM_H
#define KJ_SHIM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dprint.h"
#include "core/kemi.h"
#include "core/mod_fix.h"
#include "core/sr_module.h"
#include "core/str.h"
#include "kj_api.h"

#define KJ_EXPORTED __attribute__((visibility("default")))

/* What Kamailio compares before it loads the module. */
#define KJ_MODULE_VERSION                   \
	_Pragma("GCC visibility push(default)") \
			MODULE_VERSION _Pragma("GCC visibility pop")

static const struct kj_module kj_this;
static const struct kj_api *kj;

static int kj_open(void)
{
	char path[PATH_MAX], runtime[PATH_MAX + sizeof(KJ_RUNTIME_FILE)];
	Dl_info self;
	void *library;
	kj_entry_f entry;
	char *slash;

	if(dladdr(&kj, &self) == 0 || realpath(self.dli_fname, path) == NULL) {
		LM_ERR("can not find out where this module lies\n");
		return -1;
	}
	strcpy(runtime, path);
	slash = strrchr(runtime, '/');
	strcpy(slash + 1, KJ_RUNTIME_FILE);
	library = dlopen(runtime, RTLD_NOW | RTLD_LOCAL);
	if(library == NULL) {
		LM_ERR("%s\n", dlerror());
		return -1;
	}
	entry = (kj_entry_f)(uintptr_t)dlsym(library, KJ_ENTRY);
	if(entry == NULL || entry()->version != KJ_API_VERSION) {
		LM_ERR("%s is of another build than this module\n", runtime);
		return -1;
	}
	kj = entry();
	return kj->attach(&kj_this, path);
}

static inline int kj_mod_init(void)
{
	return kj->mod_init(&kj_this);
}

static inline int kj_child_init(int rank)
{
	return kj->child_init(rank);
}

/* In their place, for modules that need usrloc. */
static inline int kj_mod_init_usrloc(void)
{
	if(kj->use_usrloc(&kj_this) < 0)
		return -1;
	return kj->mod_init(&kj_this);
}

static inline int kj_child_init_usrloc(int rank)
{
	int r = kj->child_init(rank);

	kj->usrloc_child(rank);
	return r;
}

static void kj_destroy(void)
{
	if(kj != NULL)
		kj->destroy();
}

#define KJ_COMMON_SETTER(p)                             \
	static int kj_set_##p(modparam_t type, void *value) \
	{                                                   \
		return kj->common_param(#p, type, value);       \
	}
KJ_COMMON_SETTER(jvm_options)
KJ_COMMON_SETTER(jvm_library)
KJ_COMMON_SETTER(couriers)
KJ_COMMON_SETTER(call_timeout)
KJ_COMMON_SETTER(engine_dead_after)
KJ_COMMON_SETTER(busy_code)
KJ_COMMON_SETTER(busy_retry_after)
KJ_COMMON_SETTER(package_dir)
KJ_COMMON_SETTER(recovery_memory)

#define KJ_COMMON_TEXT(p)                                     \
	{                                                         \
#p, PARAM_STRING | PARAM_USE_FUNC, (void *)kj_set_##p \
	}
#define KJ_COMMON_NUMBER(p)                                \
	{                                                      \
#p, PARAM_INT | PARAM_USE_FUNC, (void *)kj_set_##p \
	}
/* bridge.md 8 */
#define KJ_COMMON_PARAMS                                                      \
	KJ_COMMON_TEXT(jvm_options), KJ_COMMON_TEXT(jvm_library),                 \
			KJ_COMMON_NUMBER(couriers), KJ_COMMON_NUMBER(call_timeout),       \
			KJ_COMMON_NUMBER(engine_dead_after), KJ_COMMON_NUMBER(busy_code), \
			KJ_COMMON_NUMBER(busy_retry_after), KJ_COMMON_TEXT(package_dir),  \
			KJ_COMMON_NUMBER(recovery_memory)

/* The FIFO's parameters, and what of the engine stands behind it. */
#define KJ_FIFO_SETTER(p)                               \
	static int kj_set_##p(modparam_t type, void *value) \
	{                                                   \
		return kj->fifo_param(#p, type, value);         \
	}
#define KJ_FIFO                                   \
	KJ_FIFO_SETTER(fifo_name)                     \
	KJ_FIFO_SETTER(fifo_mode)                     \
	KJ_FIFO_SETTER(fifo_user)                     \
	KJ_FIFO_SETTER(fifo_group)                    \
	KJ_FIFO_SETTER(reply_dir)                     \
	KJ_FIFO_SETTER(reply_indent)                  \
	KJ_FUNCTION(fifo_command, "rpc:fifo.command") \
	KJ_FUNCTION(fifo_execute, "rpc:fifo.execute") \
	KJ_FUNCTION(fifo_answer, "rpc:fifo.answer")
#define KJ_FIFO_FUNCTIONS(when)                                         \
	{                                                                   \
		&kj_f_fifo_command, &kj_f_fifo_execute, &kj_f_fifo_answer, when \
	}
#define KJ_FIFO_PARAMS                                                \
	KJ_COMMON_TEXT(fifo_name), KJ_COMMON_NUMBER(fifo_mode),           \
			KJ_COMMON_TEXT(fifo_user), KJ_COMMON_NUMBER(fifo_user),   \
			KJ_COMMON_TEXT(fifo_group), KJ_COMMON_NUMBER(fifo_group), \
			KJ_COMMON_TEXT(reply_dir), KJ_COMMON_TEXT(reply_indent)

/* Parameters: LIST(INT, STR) names each one as INT(name) or STR(name). */
#define KJ_INT_STORE(p) static int kj_p_##p = KJ_UNSET_INT;
#define KJ_STR_STORE(p) static str kj_p_##p = {0, 0};
#define KJ_INT_ENTRY(p) {#p, PARAM_INT, &kj_p_##p},
#define KJ_STR_ENTRY(p) {#p, PARAM_STR, &kj_p_##p},

#define KJ_REPEATED_SETTER(p)                                         \
	static int kj_add_##p(modparam_t type, void *value)               \
	{                                                                 \
		(void)type;                                                   \
		return kj->repeated_param(&kj_this, #p, (const char *)value); \
	}

#define KJ_FUNCTION(f, n) static struct kj_function kj_f_##f = {n, -1, 0};

/* A script function of up to two arguments; types as in kj_api.h. */
#define KJ_SCRIPT(c, f, types)                              \
	static int kj_x_##c(void **param, int no)               \
	{                                                       \
		return kj->fixup(&kj_f_##f, types, param, no);      \
	}                                                       \
	static int kj_c_##c(sip_msg_t *msg, char *p1, char *p2) \
	{                                                       \
		char *params[] = {p1, p2};                          \
		return kj->call(&kj_f_##f, types, msg, params);     \
	}
#define KJ_SCRIPT3(c, f, types)                                       \
	static int kj_x_##c(void **param, int no)                         \
	{                                                                 \
		return kj->fixup(&kj_f_##f, types, param, no);                \
	}                                                                 \
	static int kj_c_##c(sip_msg_t *msg, char *p1, char *p2, char *p3) \
	{                                                                 \
		char *params[] = {p1, p2, p3};                                \
		return kj->call(&kj_f_##f, types, msg, params);               \
	}
#define KJ_SCRIPT5(c, f, types)                                               \
	static int kj_x_##c(void **param, int no)                                 \
	{                                                                         \
		return kj->fixup(&kj_f_##f, types, param, no);                        \
	}                                                                         \
	static int kj_c_##c(                                                      \
			sip_msg_t *msg, char *p1, char *p2, char *p3, char *p4, char *p5) \
	{                                                                         \
		char *params[] = {p1, p2, p3, p4, p5};                                \
		return kj->call(&kj_f_##f, types, msg, params);                       \
	}

static inline int kj_free_fixup(void **param, int no)
{
	return kj->free_fixup(param, no);
}

#define KJ_CMD(name, c, count, routes)                                        \
	{                                                                         \
		name, (cmd_function)(void *)kj_c_##c, count, kj_x_##c, kj_free_fixup, \
				routes                                                        \
	}

/* For functions with an argument of type v: that one is not to be freed. */
#define KJ_CMD_SETS(name, c, count, routes)                              \
	{                                                                    \
		name, (cmd_function)(void *)kj_c_##c, count, kj_x_##c, 0, routes \
	}

#define KJ_RPC(c, f)                            \
	static void kj_r_##c(rpc_t *rpc, void *ctx) \
	{                                           \
		kj->rpc(&kj_f_##f, rpc, ctx);           \
	}

/* KEMI functions of no, one and two strings. */
#define KJ_KEMI0(c, f)                                   \
	static int kj_k_##c(sip_msg_t *msg)                  \
	{                                                    \
		return kj->call_values(&kj_f_##f, msg, NULL, 0); \
	}
#define KJ_KEMI1(c, f)                                 \
	static int kj_k_##c(sip_msg_t *msg, str *s1)       \
	{                                                  \
		return kj->call_values(&kj_f_##f, msg, s1, 1); \
	}
#define KJ_KEMI2(c, f)                                    \
	static int kj_k_##c(sip_msg_t *msg, str *s1, str *s2) \
	{                                                     \
		str args[] = {*s1, *s2};                          \
		return kj->call_values(&kj_f_##f, msg, args, 2);  \
	}

/* A string and an integer. */
#define KJ_KEMI_SI(c, f)                                         \
	static int kj_k_##c(sip_msg_t *msg, str *s1, int n)          \
	{                                                            \
		char number[16];                                         \
		str args[] = {*s1, {number, 0}};                         \
		args[1].len = snprintf(number, sizeof(number), "%d", n); \
		return kj->call_values(&kj_f_##f, msg, args, 2);         \
	}

#endif
