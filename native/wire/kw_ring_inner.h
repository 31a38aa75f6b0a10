/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What both kinds of ring share. Only for kw_ring_*.c.
 */
#ifndef KW_RING_INNER_H
#define KW_RING_INNER_H

#include <stdatomic.h>

#include "kw_ring.h"

#define RECORD_HEADER 8
#define PADDING_TYPE -1

/* Offsets into the trailer. */
#define TAIL 128
#define HEAD_CACHE 256
#define HEAD 384

#define INSUFFICIENT -1

static inline _Atomic int64_t *ring_position(
		const struct kw_ring *r, uint32_t which)
{
	return (_Atomic int64_t *)(void *)(r->buffer + r->capacity + which);
}

static inline _Atomic int32_t *ring_length_at(
		const struct kw_ring *r, uint32_t index)
{
	return (_Atomic int32_t *)(void *)(r->buffer + index);
}

static inline _Atomic int32_t *ring_type_at(
		const struct kw_ring *r, uint32_t index)
{
	return (_Atomic int32_t *)(void *)(r->buffer + index + 4);
}

static inline uint32_t ring_index(const struct kw_ring *r, int64_t position)
{
	return (uint32_t)((uint64_t)position & (r->capacity - 1));
}

static inline uint32_t ring_align(uint32_t n)
{
	return (n + RECORD_HEADER - 1) & ~(uint32_t)(RECORD_HEADER - 1);
}

static inline uint32_t ring_max_message(const struct kw_ring *r)
{
	return r->capacity >> 3 < RECORD_HEADER ? RECORD_HEADER : r->capacity >> 3;
}

static inline int64_t ring_load(const struct kw_ring *r, uint32_t which)
{
	return atomic_load_explicit(ring_position(r, which), memory_order_acquire);
}

static inline void ring_store(
		const struct kw_ring *r, uint32_t which, int64_t value)
{
	atomic_store_explicit(ring_position(r, which), value, memory_order_release);
}

/* A position that the arithmetic of both sides can stand. */
static inline int ring_plausible(int64_t position)
{
	return position >= 0 && position < INT64_MAX / 2
		   && position % RECORD_HEADER == 0;
}

/* Writes a record into claimed space: negative length, body, length. */
void kw_ring_fill(struct kw_ring *r, uint32_t index, int32_t type,
		const void *data, uint32_t length);
void kw_ring_pad(struct kw_ring *r, uint32_t index, uint32_t length);
/* KW_RING_OK if a message of this type and length may be written at all. */
int kw_ring_allowed(const struct kw_ring *r, int32_t type, uint32_t length);

/* Looks at the record at position, of which `available` bytes lie before the
 * tail. 1: complete, *type and *length (incl. header) are within bounds; 0: not
 * there yet; KW_RING_CORRUPT. */
int kw_ring_peek(const struct kw_ring *r, int64_t position, int64_t available,
		int32_t *type, uint32_t *length);
/* Head and tail as the consumer may trust them: 0, or KW_RING_CORRUPT. */
int kw_ring_bounds(const struct kw_ring *r, int64_t *head, int64_t *tail);
/* After KW_RING_CORRUPT, by the consumer: drops everything up to the tail; a
 * tail that is impossible itself starts again at 0. */
void kw_ring_resync(struct kw_ring *r);
/* Zeroes the data between two positions (at most one capacity apart). */
void kw_ring_zero(struct kw_ring *r, int64_t from, int64_t to);

#endif
