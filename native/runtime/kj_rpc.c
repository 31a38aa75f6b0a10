/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Management commands: arguments as strings to the engine, rows as they come
 * (a step each batch) to Kamailio's RPC.
 */
#include "kj_runtime.h"
#include "kw_message.h"

#include <limits.h>
#include <string.h>

#define TIMEOUT_NS UINT64_C(5000000000)
#define MAX_ARGS 16
#define NAME_MAX_LENGTH 128

static int print_text(rpc_t *rpc, void *ctx, const struct kw_tlv_field *f)
{
	str s = {(char *)f->value, (int)f->length};

	return rpc->add(ctx, "S", &s) < 0 ? -1 : 0;
}

static int print_field(rpc_t *rpc, void *row, const struct kw_tlv_field *field)
{
	char name[NAME_MAX_LENGTH] = "";
	struct kw_tlv_reader r;
	struct kw_tlv_field f;
	str text = {0, 0};
	int64_t number = 0;

	kw_tlv_open(&r, field->value, field->length);
	while(kw_tlv_next(&r, &f)) {
		if(f.tag == KW_T_NAME && f.length < sizeof(name))
			memcpy(name, f.value, f.length);
		if(f.tag == KW_T_VALUE) {
			text.s = (char *)f.value;
			text.len = (int)f.length;
		}
		if(f.tag == KW_T_NUMBER)
			kw_tlv_get_int(&f, &number);
	}
	if(name[0] == '\0')
		return -1;
	if(text.s != NULL)
		return rpc->struct_add(row, "S", name, &text);
	if(number >= INT_MIN && number <= INT_MAX)
		return rpc->struct_add(row, "d", name, (int)number);
	if(number >= 0 && number <= UINT_MAX)
		return rpc->struct_add(row, "u", name, (unsigned int)number);
	return rpc->struct_add(row, "f", name, (double)number);
}

static int print_struct(rpc_t *rpc, void *ctx, const struct kw_tlv_field *block)
{
	struct kw_tlv_reader r;
	struct kw_tlv_field f;
	void *row;

	if(rpc->add(ctx, "{", &row) < 0) {
		rpc->fault(ctx, 500, "Internal error creating rpc");
		return -1;
	}
	kw_tlv_open(&r, block->value, block->length);
	while(kw_tlv_next(&r, &f))
		if(f.tag == KW_T_RPC_FIELD && print_field(rpc, row, &f) < 0) {
			rpc->fault(ctx, 500, "Internal error adding item");
			return -1;
		}
	return 0;
}

int kj_rpc_print(rpc_t *rpc, void *ctx, const struct kw_tlv_field *item)
{
	if(item->tag == KW_T_RPC_STRING)
		return print_text(rpc, ctx, item);
	if(item->tag == KW_T_RPC_STRUCT)
		return print_struct(rpc, ctx, item);
	return 0;
}

/* 0 if the engine wants the command to be refused. */
static int finish(struct kj_call *c)
{
	struct kw_tlv_reader r;
	struct kw_tlv_field f;
	int64_t code = 0;
	int answered = 0;
	str text = {"Error", 5};

	kw_tlv_open(&r, c->response, c->length);
	while(kw_tlv_next(&r, &f)) {
		if(f.tag == KW_T_FAULT_CODE)
			kw_tlv_get_int(&f, &code);
		if(f.tag == KW_T_FAULT_CODE || f.tag == KW_T_RETURN)
			answered = 1;
		if(f.tag == KW_T_FAULT_TEXT) {
			text.s = (char *)f.value;
			text.len = (int)f.length;
		}
		if(kj_rpc_print(c->rpc, c->rpc_ctx, &f) < 0)
			return 1;
	}
	if(code != 0)
		c->rpc->fault(c->rpc_ctx, (int)code, "%.*s", text.len, text.s);
	return answered;
}

void kj_rpc_call(struct kj_function *f, rpc_t *rpc, void *ctx)
{
	str args[MAX_ARGS];
	struct kj_call c = {.function = f,
			.args = args,
			.timeout_ns = TIMEOUT_NS,
			.rpc = rpc,
			.rpc_ctx = ctx};

	while(c.arg_count < MAX_ARGS
			&& rpc->scan(ctx, "*.S", &args[c.arg_count]) == 1)
		c.arg_count++;
	if(kj_call_begin(&c) < 0 || !finish(&c))
		rpc->fault(ctx, 503, "The engine does not answer now");
	kj_call_end(&c);
}
