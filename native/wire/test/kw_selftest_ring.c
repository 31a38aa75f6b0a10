/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kw_selftest.h"

#include <string.h>

#include "kw_region.h"
#include "kw_ring_inner.h"

const struct kind kinds[] = {
		{kw_mpsc_write, kw_mpsc_read}, {kw_spsc_write, kw_spsc_read}};

static struct kw_ring ring_new(uint32_t capacity)
{
	struct kw_ring r = {calloc(1, capacity + KW_RING_TRAILER), capacity};

	CHECK(r.buffer != NULL);
	return r;
}

/* A message carries its number and a pattern made from it. */
static uint32_t message(
		struct random *r, uint64_t number, uint8_t *to, uint32_t capacity)
{
	uint32_t length = 8 + random_below(r, capacity / 8 - 7);

	memset(to, (int)(number * 31 + length), length);
	memcpy(to, &number, 8);
	return length;
}

static void expect_next(
		int32_t type, const uint8_t *data, uint32_t length, void *arg)
{
	struct expected *e = arg;
	uint64_t number;
	uint32_t i;

	CHECK(length >= 8 && type == 7);
	memcpy(&number, data, 8);
	CHECK(number == e->next);
	for(i = 8; i < length; i++)
		CHECK(data[i] == (uint8_t)(number * 31 + length));
	e->next++;
}

void ring_is_a_queue(struct random *r, const struct kind *k)
{
	struct kw_ring ring = ring_new(128u << random_below(r, 6));
	uint8_t *m = malloc(MAX_CAPACITY);
	struct expected e = {0, 0};
	uint64_t written = 0;
	int i;

	CHECK(k->write(&ring, 0, m, 0) == KW_RING_BAD_TYPE);
	CHECK(k->write(&ring, 7, m, ring.capacity / 8 + 1) == KW_RING_TOO_LONG);
	for(i = 0; i < 2000; i++) {
		if(random_below(r, 2)) {
			uint32_t length = message(r, written, m, ring.capacity);
			int rc = k->write(&ring, 7, m, length);

			CHECK(rc == KW_RING_OK || rc == KW_RING_FULL);
			written += rc == KW_RING_OK;
		} else {
			CHECK(k->read(&ring, expect_next, &e, (int)random_below(r, 5))
					>= 0);
		}
		CHECK(kw_ring_size(&ring) <= ring.capacity);
	}
	while(kw_ring_size(&ring) > 0)
		CHECK(k->read(&ring, expect_next, &e, 10) >= 0);
	CHECK(e.next == written && written > 100);
	free(m);
	free(ring.buffer);
}

static void damage_ring(struct random *r, struct kw_ring *ring)
{
	static const uint32_t positions[] = {TAIL, HEAD_CACHE, HEAD};
	int64_t value;
	uint32_t at;
	int32_t n;

	switch(random_below(r, 5)) {
		case 0: /* a position */
			value = (int64_t)random_next(r) >> random_below(r, 64);
			memcpy(ring->buffer + ring->capacity
							+ positions[random_below(r, 3)],
					&value, 8);
			return;
		case 1: /* a length or type: the kind of value that overflows */
			at = random_below(r, ring->capacity / 4) * 4;
			n = (int32_t)random_next(r) >> random_below(r, 32);
			memcpy(ring->buffer + at, &n, 4);
			return;
		case 2: /* the header that is read next */
			at = ring_index(ring, kw_ring_head(ring)) & ~7u;
			n = (int32_t)random_next(r) >> random_below(r, 32);
			memcpy(ring->buffer + at + 4 * random_below(r, 2), &n, 4);
			return;
		case 3: /* everything */
			random_fill(r, ring->buffer, ring->capacity);
			return;
		default: /* one byte anywhere */
			ring->buffer[random_below(r, ring->capacity + KW_RING_TRAILER)] =
					(uint8_t)random_next(r);
	}
}

void damaged_ring_recovers(struct random *r, const struct kind *k)
{
	struct kw_ring ring = ring_new(128u << random_below(r, 6));
	uint8_t *m = malloc(MAX_CAPACITY);
	struct expected e = {0, 0};
	int i;

	for(i = 0; i < 300; i++) {
		uint32_t length = message(r, 1, m, ring.capacity);

		k->write(&ring, 7, m, length);
		if(random_below(r, 4) == 0)
			damage_ring(r, &ring);
		if(random_below(r, 3) == 0)
			k->read(&ring, touch, &e, 3);
		if(k == &kinds[0] && random_below(r, 8) == 0)
			kw_mpsc_unblock(&ring);
	}
	/* Whatever it was, a consumer that goes on reading gets it working; only a
	 * claim that was never finished needs more, and has it. */
	for(i = 0; i < 1000 && kw_ring_size(&ring) > 0; i++) {
		if(k->read(&ring, touch, &e, 100) == 0) {
			if(k == &kinds[0]) {
				kw_mpsc_quiesce(&ring, 0);
			} else {
				kw_spsc_reset(&ring);
			}
		}
	}
	CHECK(kw_ring_size(&ring) == 0);
	k->read(&ring, touch, &e, 100);
	for(i = 0; i < 50; i++) {
		uint32_t length = message(r, (uint64_t)i, m, ring.capacity);
		struct expected one = {(uint64_t)i, 0};
		int rc = k->write(&ring, 7, m, length);

		if(rc == KW_RING_FULL) {
			/* It padded to the end of the buffer. */
			CHECK(k->read(&ring, touch, &e, 1) == 0);
			rc = k->write(&ring, 7, m, length);
		}
		CHECK(rc == KW_RING_OK);
		while(one.next == (uint64_t)i)
			CHECK(k->read(&ring, expect_next, &one, 1) >= 0);
	}
	free(m);
	free(ring.buffer);
}
