/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fields of a message: uint16 tag, uint16 zero, uint32 length, value, zero
 * padding to a multiple of 4. Integers are int64 (8 bytes). A tag may repeat; a
 * value may itself be fields. Readers skip tags they do not know. Whatever does not fit
 * or does not add up is an error, never a truncation.
 */
#ifndef KW_TLV_H
#define KW_TLV_H

#include <stddef.h>
#include <stdint.h>

struct kw_tlv_writer
{
	uint8_t *buffer;
	uint32_t capacity;
	uint32_t length;
	int failed; /* sticky: a field did not fit */
};

void kw_tlv_init(struct kw_tlv_writer *w, void *buffer, uint32_t capacity);
void kw_tlv_bytes(
		struct kw_tlv_writer *w, uint16_t tag, const void *v, uint32_t n);
void kw_tlv_int(struct kw_tlv_writer *w, uint16_t tag, int64_t v);
/* A nested block: returns a mark for kw_tlv_end(). */
uint32_t kw_tlv_begin(struct kw_tlv_writer *w, uint16_t tag);
void kw_tlv_end(struct kw_tlv_writer *w, uint32_t mark);

struct kw_tlv_reader
{
	const uint8_t *p;
	const uint8_t *end;
	int failed; /* sticky: the bytes do not add up */
};

struct kw_tlv_field
{
	uint16_t tag;
	uint32_t length;
	const uint8_t *value;
};

void kw_tlv_open(struct kw_tlv_reader *r, const void *data, uint32_t length);
/* 1 and *f filled, or 0 at the end or on an error (then r->failed). */
int kw_tlv_next(struct kw_tlv_reader *r, struct kw_tlv_field *f);
/* 0 and *v, or -1 if the field is not 8 bytes. */
int kw_tlv_get_int(const struct kw_tlv_field *f, int64_t *v);
#define KW_TLV_MAX_DEPTH 8
/* 0 if every level adds up: blocks (B in kw_message.h) are at most
 * KW_TLV_MAX_DEPTH deep, integers (I) have 8 bytes. -1 otherwise. For C before
 * it acts. */
int kw_tlv_check(const void *data, uint32_t length);

#endif
