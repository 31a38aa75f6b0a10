/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kw_ring.h"

#include <string.h>

#include "kw_message.h"
#include "kw_region.h"
#include "kw_ring_inner.h"
#include "kw_wake.h"

int kw_ring_allowed(const struct kw_ring *r, int32_t type, uint32_t length)
{
	if(type < 1)
		return KW_RING_BAD_TYPE;
	return length > ring_max_message(r) ? KW_RING_TOO_LONG : KW_RING_OK;
}

void kw_ring_fill(struct kw_ring *r, uint32_t index, int32_t type,
		const void *data, uint32_t length)
{
	int32_t record = (int32_t)(length + RECORD_HEADER);

	atomic_store_explicit(
			ring_length_at(r, index), -record, memory_order_release);
	atomic_thread_fence(memory_order_release);
	if(length > 0)
		memcpy(r->buffer + index + RECORD_HEADER, data, length);
	atomic_store_explicit(ring_type_at(r, index), type, memory_order_relaxed);
	atomic_store_explicit(
			ring_length_at(r, index), record, memory_order_release);
}

void kw_ring_pad(struct kw_ring *r, uint32_t index, uint32_t length)
{
	atomic_store_explicit(
			ring_length_at(r, index), -(int32_t)length, memory_order_release);
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(
			ring_type_at(r, index), PADDING_TYPE, memory_order_relaxed);
	atomic_store_explicit(
			ring_length_at(r, index), (int32_t)length, memory_order_release);
}

int kw_ring_peek(const struct kw_ring *r, int64_t position, int64_t available,
		int32_t *type, uint32_t *length)
{
	uint32_t index = ring_index(r, position);
	int64_t block = (int64_t)r->capacity - index;
	int32_t n;

	if(available < block)
		block = available;
	n = atomic_load_explicit(ring_length_at(r, index), memory_order_acquire);
	if(n <= 0)
		return 0;
	if(n < RECORD_HEADER || n > block || ring_align((uint32_t)n) > block)
		return KW_RING_CORRUPT;
	*type = atomic_load_explicit(ring_type_at(r, index), memory_order_relaxed);
	*length = (uint32_t)n;
	if(*type == PADDING_TYPE)
		return 1;
	if(*type < 1 || *length - RECORD_HEADER > ring_max_message(r))
		return KW_RING_CORRUPT;
	return 1;
}

int kw_ring_bounds(const struct kw_ring *r, int64_t *head, int64_t *tail)
{
	*head = ring_load(r, HEAD);
	*tail = ring_load(r, TAIL);
	if(!ring_plausible(*head) || !ring_plausible(*tail) || *tail < *head
			|| *tail - *head > r->capacity) {
		return KW_RING_CORRUPT;
	}
	return 0;
}

void kw_ring_zero(struct kw_ring *r, int64_t from, int64_t to)
{
	uint32_t index = ring_index(r, from);
	uint64_t length = (uint64_t)(to - from);
	uint64_t to_end = r->capacity - index;

	if(length > to_end) {
		memset(r->buffer, 0, (size_t)(length - to_end));
		length = to_end;
	}
	memset(r->buffer + index, 0, (size_t)length);
}

void kw_ring_resync(struct kw_ring *r)
{
	int64_t head;
	int64_t tail;

	if(kw_ring_bounds(r, &head, &tail) == 0) {
		kw_ring_zero(r, head, tail);
	} else {
		memset(r->buffer, 0, r->capacity);
		if(!ring_plausible(tail)) {
			/* A producer that claims meanwhile moves the tail from the
			 * impossible value; then the next read comes here again. */
			atomic_compare_exchange_strong_explicit(ring_position(r, TAIL),
					&tail, 0, memory_order_acq_rel, memory_order_acquire);
			tail = 0;
		}
	}
	ring_store(r, HEAD_CACHE, tail);
	ring_store(r, HEAD, tail);
}

int64_t kw_ring_head(struct kw_ring *r)
{
	return ring_load(r, HEAD);
}

int64_t kw_ring_tail(struct kw_ring *r)
{
	return ring_load(r, TAIL);
}

uint32_t kw_ring_size(struct kw_ring *r)
{
	int64_t head = ring_load(r, HEAD);
	int64_t tail = ring_load(r, TAIL);

	if(tail <= head)
		return 0;
	if((uint64_t)tail - (uint64_t)head > r->capacity)
		return r->capacity;
	return (uint32_t)(tail - head);
}

struct kw_ring kw_events(void *base)
{
	struct kw_ring r = {(uint8_t *)base + kw_header(base)->events_offset,
			KW_EVENTS_CAPACITY};

	return r;
}

struct kw_ring kw_commands(void *base, uint32_t i)
{
	struct kw_ring r = {kw_courier_ring(base, i), KW_COMMANDS_CAPACITY};

	return r;
}

/* Nobody waits for the engine to hear it at once; and of these come many. */
static int can_wait(int32_t type)
{
	return type == KW_EV_SENT || type == KW_EV_COMPLETED
		   || type == KW_EV_REPLIED;
}

int kw_event_write(void *base, int32_t type, const void *data, uint32_t length)
{
	struct kw_region_header *h = kw_header(base);
	struct kw_ring r = kw_events(base);
	int rc = kw_mpsc_write(&r, type, data, length);

	if(rc != KW_RING_OK) {
		atomic_fetch_add_explicit(&h->ring_full, 1, memory_order_relaxed);
		return rc;
	}
	if(can_wait(type))
		kw_wake_if_asleep(&h->engine_sleeping);
	else
		kw_wake_if_sleeping(&h->engine_sleeping);
	return KW_RING_OK;
}
