/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The two documents that cross the region before the first call: what the cfg
 * says (we write, the engine reads) and what the engine offers (the manifest).
 */
#include "kj_runtime.h"
#include "kw_message.h"

#include <string.h>

#include "core/cfg/cfg.h"
#include "core/cfg/cfg_ctx.h"
#include "core/globals.h"
#include "core/route.h"
#include "core/socket_info.h"
#include "core/timer_ticks.h"
#include "core/ver.h"
#include "core/ver_defs.h"

static void write_text(struct kw_tlv_writer *w, uint16_t tag, const char *s)
{
	kw_tlv_bytes(w, tag, s, (uint32_t)strlen(s));
}

static void write_common(
		const char *name, const char *text, long number, void *arg)
{
	struct kw_tlv_writer *w = arg;
	uint32_t mark = kw_tlv_begin(w, KW_T_COMMON_PARAM);

	write_text(w, KW_T_NAME, name);
	if(text != NULL)
		write_text(w, KW_T_VALUE, text);
	else
		kw_tlv_int(w, KW_T_NUMBER, number);
	kw_tlv_end(w, mark);
}

static void write_stored(struct kw_tlv_writer *w, const param_export_t *p)
{
	int type = (int)PARAM_TYPE_MASK(p->type);
	const str *text = p->param_pointer;
	const int *number = p->param_pointer;
	uint32_t mark;

	if((p->type & PARAM_USE_FUNC) || (type == PARAM_STR && text->s == NULL)
			|| (type == PARAM_INT && *number == KJ_UNSET_INT))
		return;
	mark = kw_tlv_begin(w, KW_T_PARAM);
	write_text(w, KW_T_NAME, p->name);
	if(type == PARAM_STR)
		kw_tlv_bytes(w, KW_T_VALUE, text->s, (uint32_t)text->len);
	else
		kw_tlv_int(w, KW_T_NUMBER, *number);
	kw_tlv_end(w, mark);
}

static void write_module(struct kw_tlv_writer *w, const struct kj_module *m)
{
	uint32_t mark = kw_tlv_begin(w, KW_T_MODULE);
	const char *name, *value;

	write_text(w, KW_T_NAME, m->name);
	for(const param_export_t *p = m->params; p->name != NULL; p++)
		write_stored(w, p);
	for(int i = 0; kj_params_repeated_at(m, i, &name, &value); i++) {
		uint32_t param = kw_tlv_begin(w, KW_T_PARAM);
		write_text(w, KW_T_NAME, name);
		write_text(w, KW_T_VALUE, value);
		kw_tlv_end(w, param);
	}
	for(int i = 0; m->functions[i] != NULL; i++) {
		uint32_t function = kw_tlv_begin(w, KW_T_FUNCTION_DEF);
		kw_tlv_int(w, KW_T_ID, m->functions[i]->id);
		write_text(w, KW_T_NAME, m->functions[i]->name);
		kw_tlv_int(w, KW_T_STATUS, m->functions[i]->used);
		kw_tlv_end(w, function);
	}
	kw_tlv_end(w, mark);
}

static void write_sockets(struct kw_tlv_writer *w)
{
	for(unsigned short proto = PROTO_UDP; proto <= PROTO_SCTP; proto++) {
		struct socket_info **list = get_sock_info_list(proto);
		for(struct socket_info *s = list == NULL ? NULL : *list; s != NULL;
				s = s->next)
			kw_tlv_bytes(
					w, KW_T_LISTEN, s->sock_str.s, (uint32_t)s->sock_str.len);
	}
}

/* tm keeps its timers in ticks, behind the cfg framework. */
static uint32_t tm_timer_ms(char *name, uint32_t otherwise)
{
	static cfg_ctx_t *ctx;
	str group = str_init("tm");
	str var = {name, (int)strlen(name)};
	void *value;
	unsigned int type;

	if((ctx == NULL && cfg_register_ctx(&ctx, NULL) < 0)
			|| cfg_get_by_name(ctx, &group, NULL, &var, &value, &type) != 0
			|| type != CFG_VAR_INT)
		return otherwise;
	return TICKS_TO_MS((ticks_t)(long)value);
}

int kj_config_write(void)
{
	struct kw_region_header *h = kw_header(kj_state.base);
	struct kw_tlv_writer w;

	kj_state.fr_timer_ms = tm_timer_ms("fr_timer", 30000);
	kj_state.wt_timer_ms = tm_timer_ms("wt_timer", 5000);
	kw_tlv_init(&w, (uint8_t *)kj_state.base + h->config_offset,
			KW_CONFIG_CAPACITY);
	write_text(&w, KW_T_VERSION, VERSION);
	kw_tlv_int(&w, KW_T_START_TIME, (int64_t)up_since);
	kw_tlv_int(&w, KW_T_LOG_LEVEL, get_cfg_debug_level());
	kw_tlv_int(&w, KW_T_PROCESS_COUNT, h->process_count);
	kw_tlv_int(&w, KW_T_FR_TIMER_MS, kj_state.fr_timer_ms);
	kw_tlv_int(&w, KW_T_WT_TIMER_MS, kj_state.wt_timer_ms);
	kw_tlv_int(&w, KW_T_CALL_TIMEOUT_MS, kj_state.settings.call_timeout);
	write_text(&w, KW_T_WORK_DIR, kj_state.start_dir);
	if(kj_state.settings.package_dir != NULL)
		write_text(&w, KW_T_PACKAGE_DIR, kj_state.settings.package_dir);
	write_sockets(&w);
	kj_route_names(&w);
	for(uint32_t i = 0; i < kj_state.courier_count; i++) {
		uint32_t mark = kw_tlv_begin(&w, KW_T_COURIER);
		kw_tlv_int(&w, KW_T_LANE, kj_courier_lane(i));
		kw_tlv_end(&w, mark);
	}
	kj_params_each_common(write_common, &w);
	kj_usrloc_config(&w);
	for(int i = 0; i < kj_params_module_count(); i++)
		write_module(&w, kj_params_module(i));
	if(w.failed) {
		kj_start_failed("the configuration is larger than %d bytes",
				KW_CONFIG_CAPACITY);
		return -1;
	}
	h->config_length = w.length;
	return 0;
}

static int copy_name(char to[KJ_NAME], const struct kw_tlv_field *f)
{
	if(f->length == 0 || f->length >= KJ_NAME
			|| memchr(f->value, 0, f->length) != NULL)
		return -1;
	memcpy(to, f->value, f->length);
	to[f->length] = '\0';
	return 0;
}

static int read_flags(const struct kw_tlv_field *block)
{
	struct kw_tlv_reader r;
	struct kw_tlv_field f;
	int64_t id = -1, flags = 0;

	kw_tlv_open(&r, block->value, block->length);
	while(kw_tlv_next(&r, &f)) {
		if(f.tag == KW_T_ID && kw_tlv_get_int(&f, &id) < 0)
			return -1;
		if(f.tag == KW_T_NUMBER && kw_tlv_get_int(&f, &flags) < 0)
			return -1;
	}
	if(id < 0 || id >= KJ_MAX_FUNCTIONS)
		return -1;
	kj_state.function_flags[id] = (uint8_t)flags;
	return 0;
}

static int read_wish(const struct kw_tlv_field *block,
		struct kj_xavp_wish *wishes, int *count, int most)
{
	struct kw_tlv_reader r;
	struct kw_tlv_field f;
	int parts = 0;

	if(*count == most)
		return -1;
	kw_tlv_open(&r, block->value, block->length);
	while(kw_tlv_next(&r, &f)) {
		if(f.tag == KW_T_NAME && copy_name(wishes[*count].root, &f) == 0)
			parts |= 1;
		if(f.tag == KW_T_VALUE && copy_name(wishes[*count].child, &f) == 0)
			parts |= 2;
	}
	if(parts != 3)
		return -1;
	++*count;
	return 0;
}

static int read_route(const struct kw_tlv_field *block)
{
	struct kj_answer_route *route = &kj_state.routes[kj_state.route_count];
	struct kw_tlv_reader r;
	struct kw_tlv_field f;
	int named = 0, bad = 0;

	if(kj_state.route_count == KJ_MAX_ANSWER_ROUTES)
		return -1;
	route->wish_count = 0;
	kw_tlv_open(&r, block->value, block->length);
	while(!bad && kw_tlv_next(&r, &f)) {
		if(f.tag == KW_T_NAME)
			named = copy_name(route->name, &f) == 0;
		else if(f.tag == KW_T_XAVP_WISH)
			bad = read_wish(&f, route->wishes, &route->wish_count,
						  KJ_MAX_ANSWER_XAVPS)
				  < 0;
	}
	if(bad || !named)
		return -1;
	route->index = route_lookup(&event_rt, route->name);
	if(route->index >= 0 && event_rt.rlist[route->index] == NULL)
		route->index = -1;
	kj_state.route_count++;
	return 0;
}

int kj_manifest_read(void)
{
	struct kw_region_header *h = kw_header(kj_state.base);
	const uint8_t *manifest =
			(const uint8_t *)kj_state.base + h->manifest_offset;
	uint32_t length = h->manifest_length;
	struct kw_tlv_reader r;
	struct kw_tlv_field f;
	int bad = 0;

	if(length > KW_MANIFEST_CAPACITY || kw_tlv_check(manifest, length) < 0)
		bad = 1;
	kj_state.wish_count = 0;
	kj_state.route_count = 0;
	kw_tlv_open(&r, manifest, bad ? 0 : length);
	while(!bad && kw_tlv_next(&r, &f)) {
		if(f.tag == KW_T_FUNCTION_FLAGS)
			bad = read_flags(&f) < 0;
		else if(f.tag == KW_T_XAVP_WISH)
			bad = read_wish(&f, kj_state.wishes, &kj_state.wish_count,
						  KJ_MAX_XAVP_WISHES)
				  < 0;
		else if(f.tag == KW_T_ANSWER_ROUTE_DEF)
			bad = read_route(&f) < 0;
		else if(f.tag == KW_T_UL_LISTEN)
			kj_state.usrloc_listen = 1;
	}
	if(bad || r.failed) {
		kj_start_failed("the engine's manifest does not add up");
		return -1;
	}
	return 0;
}
