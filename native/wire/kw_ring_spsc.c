/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One producer, one consumer: Agrona's OneToOneRingBuffer.
 */
#include "kw_ring.h"

#include <stdlib.h>
#include <string.h>

#include "kw_ring_inner.h"

static void zero_header(struct kw_ring *r, uint32_t index)
{
	memset(r->buffer + index, 0, RECORD_HEADER);
}

/* Claims space for a record and zeroes the header behind it. */
static int claim(struct kw_ring *r, uint32_t record_length, uint32_t *index)
{
	int64_t aligned = ring_align(record_length);
	int64_t required = aligned + RECORD_HEADER;
	int64_t capacity = r->capacity;
	int64_t head = ring_load(r, HEAD_CACHE);
	int64_t tail = ring_load(r, TAIL);
	int64_t next_tail;
	int64_t to_end;
	int full = 0;

	if(!ring_plausible(tail))
		return KW_RING_CORRUPT;
	if(!ring_plausible(head) || tail < head
			|| tail - head > capacity - required) {
		head = ring_load(r, HEAD);
		if(!ring_plausible(head) || tail < head)
			return KW_RING_CORRUPT;
		if(tail - head > capacity - required)
			return KW_RING_FULL;
		ring_store(r, HEAD_CACHE, head);
	}
	next_tail = tail + aligned;
	*index = ring_index(r, tail);
	to_end = capacity - *index;
	if(aligned == to_end) {
		ring_store(r, TAIL, next_tail);
		zero_header(r, 0);
		return KW_RING_OK;
	}
	if(required > to_end) {
		uint32_t end = *index;

		*index = 0;
		if(required > ring_index(r, head)) {
			head = ring_load(r, HEAD);
			if(required > ring_index(r, head)) {
				full = 1;
				next_tail = tail;
			}
			ring_store(r, HEAD_CACHE, head);
		}
		ring_store(r, TAIL, next_tail + to_end);
		zero_header(r, 0);
		kw_ring_pad(r, end, (uint32_t)to_end);
	} else {
		ring_store(r, TAIL, next_tail);
	}
	if(full)
		return KW_RING_FULL;
	zero_header(r, *index + (uint32_t)aligned);
	return KW_RING_OK;
}

int kw_spsc_write(
		struct kw_ring *r, int32_t type, const void *data, uint32_t length)
{
	uint32_t index;
	int rc = kw_ring_allowed(r, type, length);

	if(rc == KW_RING_OK)
		rc = claim(r, length + RECORD_HEADER, &index);
	if(rc == KW_RING_OK)
		kw_ring_fill(r, index, type, data, length);
	return rc;
}

/* Once head has moved the producer may overwrite the record, so it is copied
 * out first. One buffer per thread, taken while in use: a handler may read
 * another ring. */
struct scratch
{
	uint8_t *data;
	uint32_t size;
};
static _Thread_local struct scratch spare;

static int reserve(struct scratch *s, uint32_t size)
{
	uint8_t *data;

	if(size <= s->size)
		return 0;
	data = realloc(s->data, size);
	if(data == NULL)
		return -1;
	s->data = data;
	s->size = size;
	return 0;
}

int kw_spsc_read(struct kw_ring *r, kw_ring_handler h, void *arg, int limit)
{
	struct scratch copy = spare;
	int64_t head;
	int64_t tail;
	int32_t type;
	uint32_t length;
	int handled = 0;
	int found = 0;

	if(kw_ring_bounds(r, &head, &tail) < 0) {
		kw_ring_resync(r);
		return KW_RING_CORRUPT;
	}
	if(head == tail || limit <= 0)
		return 0;
	spare = (struct scratch){NULL, 0};
	while(head < tail && handled < limit) {
		found = kw_ring_peek(r, head, tail - head, &type, &length);
		if(found != 1)
			break;
		if(type == PADDING_TYPE) {
			head += ring_align(length);
			ring_store(r, HEAD, head);
			continue;
		}
		length -= RECORD_HEADER;
		if(reserve(&copy, ring_max_message(r)) < 0)
			break;
		memcpy(copy.data, r->buffer + ring_index(r, head) + RECORD_HEADER,
				length);
		head += ring_align(length + RECORD_HEADER);
		ring_store(r, HEAD, head);
		h(type, copy.data, length, arg);
		handled++;
	}
	free(spare.data);
	spare = copy;
	if(found == KW_RING_CORRUPT) {
		kw_ring_resync(r);
		return KW_RING_CORRUPT;
	}
	return handled;
}

void kw_spsc_reset(struct kw_ring *r)
{
	memset(r->buffer, 0, r->capacity);
	ring_store(r, TAIL, 0);
	ring_store(r, HEAD_CACHE, 0);
	ring_store(r, HEAD, 0);
}
