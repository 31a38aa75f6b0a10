/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Parameters while the cfg is read: those that every shim exports are checked
 * against each other at once, repeated ones are kept in order. The others lie
 * in the shims' own storage until kj_config_write().
 */
#include "kj_runtime.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_REPEATED 128
/* daemonize closes 3..31 */
#define KEPT_FD 64

struct common
{
	const char *name;
	int *number;
	char **text;
	int min, max;
	int set;
};

struct repeated
{
	const struct kj_module *module;
	const char *name;
	char *value;
};

static struct common commons[] = {
		{.name = "jvm_options", .text = &kj_state.settings.jvm_options},
		{.name = "jvm_library", .text = &kj_state.settings.jvm_library},
		{.name = "package_dir", .text = &kj_state.settings.package_dir},
		{.name = "couriers",
				.number = &kj_state.settings.couriers,
				.min = 1,
				.max = KJ_MAX_COURIERS - 2},
		{.name = "call_timeout",
				.number = &kj_state.settings.call_timeout,
				.min = 10,
				.max = 30000},
		{.name = "engine_dead_after",
				.number = &kj_state.settings.engine_dead_after,
				.min = 1,
				.max = 600},
		{.name = "busy_code",
				.number = &kj_state.settings.busy_code,
				.min = 400,
				.max = 699},
		{.name = "busy_retry_after",
				.number = &kj_state.settings.busy_retry_after,
				.min = 1,
				.max = 3600},
		{.name = "recovery_memory",
				.number = &kj_state.settings.recovery_memory,
				.min = KW_RECOVERY_LEAST_MB,
				.max = KW_RECOVERY_MOST_MB},
};
#define COMMON_COUNT (sizeof(commons) / sizeof(commons[0]))

static const struct kj_module *attached[KJ_MAX_MODULES];
static int module_count;
static int function_count;
static struct repeated repeats[MAX_REPEATED];
static int repeat_count;

int kj_params_attach(const struct kj_module *m, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);

	if(module_count == KJ_MAX_MODULES || n == 0
			|| n >= sizeof(kj_state.module_dir)) {
		LM_ERR("%s can not be attached\n", m->name);
		return -1;
	}
	/* Main changes its directory later, and daemonize closes stderr. */
	if(module_count == 0) {
		memcpy(kj_state.module_dir, path, n);
		kj_state.module_dir[n] = '\0';
		if(getcwd(kj_state.start_dir, sizeof(kj_state.start_dir)) == NULL)
			strcpy(kj_state.start_dir, "/");
		kj_state.start_stderr = fcntl(2, F_DUPFD_CLOEXEC, KEPT_FD);
	}
	attached[module_count++] = m;
	return 0;
}

static int common_number(struct common *c, long v)
{
	if(v < c->min || v > c->max) {
		LM_ERR("parameter %s must be %d to %d, not %ld\n", c->name, c->min,
				c->max, v);
		return -1;
	}
	if(c->set && *c->number != v) {
		LM_ERR("parameter %s is set to %d and to %ld: it is one value for all "
			   "modules of kamjvm\n",
				c->name, *c->number, v);
		return -1;
	}
	*c->number = (int)v;
	c->set = 1;
	return 0;
}

static int common_text(struct common *c, const char *v)
{
	if(c->set && strcmp(*c->text, v) != 0) {
		LM_ERR("parameter %s is set to \"%s\" and to \"%s\": it is one value "
			   "for all modules of kamjvm\n",
				c->name, *c->text, v);
		return -1;
	}
	if(!c->set && (*c->text = strdup(v)) == NULL)
		return -1;
	c->set = 1;
	return 0;
}

int kj_params_common(const char *name, modparam_t type, void *value)
{
	for(size_t i = 0; i < COMMON_COUNT; i++) {
		struct common *c = &commons[i];
		if(strcmp(c->name, name) != 0)
			continue;
		if(c->number != NULL)
			return common_number(c, (long)value);
		return value == NULL ? -1 : common_text(c, (const char *)value);
	}
	(void)type;
	return -1;
}

int kj_params_repeated(
		const struct kj_module *m, const char *name, const char *value)
{
	struct repeated *r;

	if(repeat_count == MAX_REPEATED || value == NULL) {
		LM_ERR("%s: too many values of %s\n", m->name, name);
		return -1;
	}
	r = &repeats[repeat_count];
	r->module = m;
	r->name = name;
	r->value = strdup(value);
	if(r->value == NULL)
		return -1;
	repeat_count++;
	return 0;
}

int kj_params_register(const struct kj_module *m)
{
	for(int i = 0; m->functions[i] != NULL; i++) {
		if(function_count == KJ_MAX_FUNCTIONS) {
			LM_ERR("too many functions\n");
			return -1;
		}
		m->functions[i]->id = function_count++;
	}
	return 0;
}

int kj_params_module_count(void)
{
	return module_count;
}

const struct kj_module *kj_params_module(int i)
{
	return attached[i];
}

int kj_params_repeated_at(
		const struct kj_module *m, int i, const char **name, const char **value)
{
	for(int k = 0; k < repeat_count; k++) {
		if(repeats[k].module != m || i-- > 0)
			continue;
		*name = repeats[k].name;
		*value = repeats[k].value;
		return 1;
	}
	return 0;
}

void kj_params_each_common(
		void (*f)(const char *name, const char *text, long number, void *arg),
		void *arg)
{
	for(size_t i = 0; i < COMMON_COUNT; i++) {
		struct common *c = &commons[i];
		if(!c->set)
			continue;
		if(c->number != NULL)
			f(c->name, NULL, *c->number, arg);
		else
			f(c->name, *c->text, 0, arg);
	}
}
