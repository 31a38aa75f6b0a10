/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * mi_fifo.so: tables. It makes the FIFO; what is written there the engine's
 * mi_fifo module answers.
 */
#include "kj_shim.h"

KJ_MODULE_VERSION

/* clang-format off */
KJ_FIFO

static const param_export_t params[] = {
	KJ_FIFO_PARAMS,
	KJ_COMMON_PARAMS,
	{0, 0, 0}
};

static struct kj_function *const functions[] = {
	&kj_f_fifo_command, &kj_f_fifo_execute, &kj_f_fifo_answer, NULL
};

static const struct kj_fifo_functions fifo = KJ_FIFO_FUNCTIONS(1);

static const struct kj_module kj_this = {"mi_fifo", params, functions};

KJ_EXPORTED struct module_exports exports = {
	.name = "mi_fifo",
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
	if(kj_open() < 0)
		return -1;
	kj->fifo_attach(&fifo);
	return 0;
}
