/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The table that shims get.
 */
#include "kj_runtime.h"

struct kj_state kj_state = {
		.start_stderr = -1,
		.settings = {.couriers = 2,
				.call_timeout = 1000,
				.engine_dead_after = 10,
				.busy_code = 500,
				.busy_retry_after = 5,
				.recovery_memory = 256},
};

static const struct kj_api api = {
		.version = KJ_API_VERSION,
		.attach = kj_params_attach,
		.mod_init = kj_mod_init,
		.child_init = kj_child_init,
		.destroy = kj_destroy,
		.common_param = kj_params_common,
		.repeated_param = kj_params_repeated,
		.fifo_param = kj_fifo_param,
		.fifo_attach = kj_fifo_attach,
		.fixup = kj_script_fixup,
		.free_fixup = kj_script_free_fixup,
		.call = kj_script_call,
		.call_values = kj_script_call_values,
		.call_variable = kj_script_call_variable,
		.rpc = kj_rpc_call,
		.subs_get = kj_subs_get,
		.subs_parse = kj_subs_parse,
		.use_usrloc = kj_usrloc_use,
		.usrloc_child = kj_usrloc_child,
		.reply_pv_get = kj_reply_pv_get,
		.reply_pv_parse = kj_reply_pv_parse,
		.variable_get = kj_variable_get,
		.variable_parse = kj_variable_parse,
};

__attribute__((visibility("default"))) const struct kj_api *kj_runtime_api(
		void);

const struct kj_api *kj_runtime_api(void)
{
	return &api;
}
