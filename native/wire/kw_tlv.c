/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kw_tlv.h"

#include <string.h>

#include "kw_message.h"

#define FIELD_HEADER 8
#define NO_MARK UINT32_MAX

static uint64_t padded(uint64_t n)
{
	return (n + 3) & ~UINT64_C(3);
}

void kw_tlv_init(struct kw_tlv_writer *w, void *buffer, uint32_t capacity)
{
	w->buffer = buffer;
	w->capacity = capacity;
	w->length = 0;
	w->failed = 0;
}

static void put_header(uint8_t *p, uint16_t tag, uint32_t length)
{
	memset(p, 0, FIELD_HEADER);
	memcpy(p, &tag, sizeof(tag));
	memcpy(p + 4, &length, sizeof(length));
}

void kw_tlv_bytes(
		struct kw_tlv_writer *w, uint16_t tag, const void *v, uint32_t n)
{
	uint8_t *p;

	if(w->failed)
		return;
	if(FIELD_HEADER + padded(n) > (uint64_t)w->capacity - w->length) {
		w->failed = 1;
		return;
	}
	p = w->buffer + w->length;
	put_header(p, tag, n);
	if(n > 0)
		memcpy(p + FIELD_HEADER, v, n);
	memset(p + FIELD_HEADER + n, 0, (size_t)(padded(n) - n));
	w->length += FIELD_HEADER + (uint32_t)padded(n);
}

void kw_tlv_int(struct kw_tlv_writer *w, uint16_t tag, int64_t v)
{
	kw_tlv_bytes(w, tag, &v, sizeof(v));
}

uint32_t kw_tlv_begin(struct kw_tlv_writer *w, uint16_t tag)
{
	uint32_t mark = w->length;

	kw_tlv_bytes(w, tag, NULL, 0);
	return w->failed ? NO_MARK : mark;
}

void kw_tlv_end(struct kw_tlv_writer *w, uint32_t mark)
{
	uint32_t length;

	if(w->failed)
		return;
	if(w->length < FIELD_HEADER || mark > w->length - FIELD_HEADER) {
		w->failed = 1;
		return;
	}
	length = w->length - FIELD_HEADER - mark;
	memcpy(w->buffer + mark + 4, &length, sizeof(length));
}

void kw_tlv_open(struct kw_tlv_reader *r, const void *data, uint32_t length)
{
	r->p = data;
	r->end = length == 0 ? r->p : r->p + length;
	r->failed = 0;
}

int kw_tlv_next(struct kw_tlv_reader *r, struct kw_tlv_field *f)
{
	uint64_t left = (uint64_t)(r->end - r->p);
	uint16_t zero;
	uint32_t length;

	if(r->failed || left == 0)
		return 0;
	if(left < FIELD_HEADER) {
		r->failed = 1;
		return 0;
	}
	memcpy(&zero, r->p + 2, sizeof(zero));
	memcpy(&length, r->p + 4, sizeof(length));
	if(zero != 0 || padded(length) > left - FIELD_HEADER) {
		r->failed = 1;
		return 0;
	}
	memcpy(&f->tag, r->p, sizeof(f->tag));
	f->length = length;
	f->value = r->p + FIELD_HEADER;
	r->p += FIELD_HEADER + padded(length);
	return 1;
}

int kw_tlv_get_int(const struct kw_tlv_field *f, int64_t *v)
{
	if(f->length != sizeof(*v))
		return -1;
	memcpy(v, f->value, sizeof(*v));
	return 0;
}

/* As kw_message.h says: I and B; all others are strings. */
static int is_block(uint16_t tag)
{
	switch(tag) {
		case KW_T_MESSAGE:
		case KW_T_EVENT_PARAM:
		case KW_T_XAVP:
		case KW_T_SUBS:
		case KW_T_COMMAND:
		case KW_T_RPC_STRUCT:
		case KW_T_RPC_FIELD:
		case KW_T_MODULE:
		case KW_T_PARAM:
		case KW_T_FUNCTION_DEF:
		case KW_T_COURIER:
		case KW_T_COMMON_PARAM:
		case KW_T_FUNCTION_FLAGS:
		case KW_T_XAVP_WISH:
		case KW_T_ANSWER_ROUTE_DEF:
		case KW_T_USRLOC:
		case KW_T_UL_OUTCOME:
		case KW_T_UL_CONTACT:
		case KW_T_UL_WORK:
			return 1;
		default:
			return 0;
	}
}

static int is_integer(uint16_t tag)
{
	switch(tag) {
		case KW_T_FUNCTION:
		case KW_T_DEFERRAL:
		case KW_T_GENERATION:
		case KW_T_TRANSACTION:
		case KW_T_ROUTE_TYPE:
		case KW_T_DEPTH:
		case KW_T_STEP_RESULT:
		case KW_T_CSEQ:
		case KW_T_CONTACT_STAR:
		case KW_T_CONTENT_LENGTH:
		case KW_T_BRANCH_FLAGS:
		case KW_T_BODY_LENGTH:
		case KW_T_NUMBER:
		case KW_T_CODE:
		case KW_T_STATUS:
		case KW_T_MICROS:
		case KW_T_RETURN:
		case KW_T_DEFERRED:
		case KW_T_REPLY_CODE:
		case KW_T_ID:
		case KW_T_FAULT_CODE:
		case KW_T_AFTER_REPLY:
		case KW_T_LAST_CSEQ:
		case KW_T_LANE:
		case KW_SUBS_REMOTE_CSEQ:
		case KW_SUBS_LOCAL_CSEQ:
		case KW_SUBS_EXPIRES:
		case KW_SUBS_STATUS:
		case KW_SUBS_VERSION:
		case KW_SUBS_FLAGS:
		case KW_T_FR_TIMER_MS:
		case KW_T_WT_TIMER_MS:
		case KW_T_START_TIME:
		case KW_T_CALL_TIMEOUT_MS:
		case KW_T_LOG_LEVEL:
		case KW_T_PROCESS_COUNT:
		case KW_T_UL_MARK:
		case KW_T_SET_BRANCH_FLAG:
		case KW_T_UL_USE_DOMAIN:
		case KW_T_UL_CASE_SENSITIVE:
		case KW_T_UL_DB_ONLY:
		case KW_T_UL_LISTEN:
		case KW_T_UL_CHANGE:
		case KW_T_UL_MARKS:
		case KW_T_UL_EXPIRES:
		case KW_T_UL_Q:
		case KW_T_UL_CSEQ:
		case KW_T_UL_METHODS:
		case KW_T_UL_REG_ID:
		case KW_T_UL_BRANCH_FLAGS:
		case KW_T_UL_MODIFIED:
		case KW_T_UL_ACTION:
		case KW_T_UL_MORE:
		case KW_T_UL_PAGE:
		case KW_T_UL_PAGES:
		case KW_T_UL_FOUND:
		case KW_T_UL_VALID:
		case KW_T_UL_SOME:
			return 1;
		default:
			return 0;
	}
}

static int check(const void *data, uint32_t length, int depth)
{
	struct kw_tlv_reader r;
	struct kw_tlv_field f;

	if(depth > KW_TLV_MAX_DEPTH)
		return -1;
	kw_tlv_open(&r, data, length);
	while(kw_tlv_next(&r, &f)) {
		if(is_integer(f.tag) && f.length != sizeof(int64_t))
			return -1;
		if(is_block(f.tag) && check(f.value, f.length, depth + 1) < 0)
			return -1;
	}
	return r.failed ? -1 : 0;
}

int kw_tlv_check(const void *data, uint32_t length)
{
	return check(data, length, 1);
}
