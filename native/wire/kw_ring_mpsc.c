/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Many producers, one consumer: Agrona's ManyToOneRingBuffer.
 */
#include "kw_ring.h"

#include <time.h>

#include "kw_region.h"
#include "kw_ring_inner.h"

/* How often a claim looks again when head and tail contradict each other. A
 * tail that others move on meanwhile is normal, one that stays is corrupt. */
#define CONTRADICTIONS 64

/* Claims space for a record. *index: where it goes, or INSUFFICIENT. */
static int claim(struct kw_ring *r, uint32_t record_length, int64_t *index)
{
	int64_t required = ring_align(record_length);
	int64_t capacity = r->capacity;
	int64_t head = ring_load(r, HEAD_CACHE);
	int64_t tail = ring_load(r, TAIL);
	int64_t new_tail;
	int64_t to_end;
	int64_t padding;
	int contradictions = 0;

	for(;;) {
		if(!ring_plausible(tail))
			return KW_RING_CORRUPT;
		if(!ring_plausible(head) || tail < head
				|| tail - head > capacity - required) {
			head = ring_load(r, HEAD);
			if(!ring_plausible(head) || tail < head) {
				/* Either side may have moved between the two loads. */
				if(++contradictions > CONTRADICTIONS)
					return KW_RING_CORRUPT;
				tail = ring_load(r, TAIL);
				continue;
			}
			if(tail - head > capacity - required)
				return KW_RING_FULL;
			ring_store(r, HEAD_CACHE, head);
		}
		new_tail = tail + required;
		padding = 0;
		*index = ring_index(r, tail);
		to_end = capacity - *index;
		if(required > to_end) {
			*index = 0;
			if(required > ring_index(r, head)) {
				head = ring_load(r, HEAD);
				if(required > ring_index(r, head)) {
					/* Claims nothing, pads to the end only. */
					*index = INSUFFICIENT;
					new_tail = tail;
				}
				ring_store(r, HEAD_CACHE, head);
			}
			padding = to_end;
			new_tail += padding;
		}
		if(atomic_compare_exchange_weak_explicit(ring_position(r, TAIL), &tail,
				   new_tail, memory_order_seq_cst, memory_order_acquire)) {
			break;
		}
	}
	if(padding > 0)
		kw_ring_pad(r, ring_index(r, tail), (uint32_t)padding);
	return *index == INSUFFICIENT ? KW_RING_FULL : KW_RING_OK;
}

int kw_mpsc_write(
		struct kw_ring *r, int32_t type, const void *data, uint32_t length)
{
	int64_t index;
	int rc = kw_ring_allowed(r, type, length);

	if(rc == KW_RING_OK)
		rc = claim(r, length + RECORD_HEADER, &index);
	if(rc == KW_RING_OK)
		kw_ring_fill(r, (uint32_t)index, type, data, length);
	return rc;
}

int kw_mpsc_read(struct kw_ring *r, kw_ring_handler h, void *arg, int limit)
{
	int64_t head;
	int64_t tail;
	int64_t position;
	int64_t end;
	int32_t type;
	uint32_t length;
	int handled = 0;
	int found = 0;

	if(kw_ring_bounds(r, &head, &tail) < 0) {
		kw_ring_resync(r);
		return KW_RING_CORRUPT;
	}
	end = head + r->capacity - ring_index(r, head);
	if(tail < end)
		end = tail;
	position = head;
	while(position < end && handled < limit) {
		found = kw_ring_peek(r, position, tail - position, &type, &length);
		if(found != 1)
			break;
		if(type != PADDING_TYPE) {
			h(type, r->buffer + ring_index(r, position) + RECORD_HEADER,
					length - RECORD_HEADER, arg);
			handled++;
		}
		position += ring_align(length);
	}
	if(position > head) {
		kw_ring_zero(r, head, position);
		ring_store(r, HEAD, position);
	}
	if(found == KW_RING_CORRUPT) {
		kw_ring_resync(r);
		return KW_RING_CORRUPT;
	}
	/* Only the padding at the end of the buffer: what follows is at its start,
	 * and 0 shall mean that there is nothing to read. */
	return handled == 0 && position > head ? kw_mpsc_read(r, h, arg, limit)
										   : handled;
}

/* 1 if every length between two indices is still zero. */
static int still_zero(struct kw_ring *r, uint32_t from, uint32_t to)
{
	uint32_t i;

	for(i = from; i < to; i += RECORD_HEADER) {
		if(atomic_load_explicit(ring_length_at(r, i), memory_order_acquire)
				!= 0) {
			return 0;
		}
	}
	return 1;
}

int kw_mpsc_unblock(struct kw_ring *r)
{
	int64_t head;
	int64_t tail;
	uint32_t consumer;
	uint32_t limit;
	uint32_t i;
	int32_t length;

	if(kw_ring_bounds(r, &head, &tail) < 0) {
		kw_ring_resync(r);
		return 1;
	}
	if(head == tail)
		return 0;
	consumer = ring_index(r, head);
	limit = ring_index(r, tail) > consumer ? ring_index(r, tail) : r->capacity;
	length = atomic_load_explicit(
			ring_length_at(r, consumer), memory_order_acquire);
	if(length > 0)
		return 0;
	if(length < 0) {
		if(length > -RECORD_HEADER
				|| length < -(int64_t)(r->capacity - consumer)) {
			kw_ring_resync(r);
			return 1;
		}
		atomic_store_explicit(
				ring_type_at(r, consumer), PADDING_TYPE, memory_order_relaxed);
		atomic_store_explicit(
				ring_length_at(r, consumer), -length, memory_order_release);
		return 1;
	}
	for(i = consumer + RECORD_HEADER; i < limit; i += RECORD_HEADER) {
		if(atomic_load_explicit(ring_length_at(r, i), memory_order_acquire)
				== 0) {
			continue;
		}
		if(!still_zero(r, consumer, i))
			return 0;
		atomic_store_explicit(
				ring_type_at(r, consumer), PADDING_TYPE, memory_order_relaxed);
		atomic_store_explicit(ring_length_at(r, consumer),
				(int32_t)(i - consumer), memory_order_release);
		return 1;
	}
	return 0;
}

/* Counts the messages between two positions. 1: all complete; 0: one is still
 * being written; KW_RING_CORRUPT. */
static int count(const struct kw_ring *r, int64_t from, int64_t to, int *n)
{
	int32_t type;
	uint32_t length;
	int found;

	*n = 0;
	while(from < to) {
		found = kw_ring_peek(r, from, to - from, &type, &length);
		if(found != 1)
			return found;
		if(type != PADDING_TYPE)
			++*n;
		from += ring_align(length);
	}
	return 1;
}

int kw_mpsc_quiesce(struct kw_ring *r, uint64_t grace_ns)
{
	const struct timespec nap = {0, 100 * 1000};
	uint64_t until = kw_now_ns() + grace_ns;
	int64_t head;
	int64_t tail;
	int n = 0;

	for(;;) {
		if(kw_ring_bounds(r, &head, &tail) < 0) {
			kw_ring_resync(r);
			return n;
		}
		if(count(r, head, tail, &n) != 0 || kw_now_ns() >= until)
			break;
		nanosleep(&nap, NULL);
	}
	kw_ring_zero(r, head, tail);
	ring_store(r, HEAD, tail);
	return n;
}
