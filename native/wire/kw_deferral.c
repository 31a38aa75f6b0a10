/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kw_deferral.h"

#include <string.h>

struct kw_deferral *kw_deferral_at(void *base, uint32_t i)
{
	struct kw_region_header *h = kw_header(base);

	if(i >= h->deferral_count || i >= KW_DEFERRAL_COUNT)
		return NULL;
	return (struct kw_deferral *)((uint8_t *)base + h->deferrals_offset
								  + (uint64_t)i * KW_DEFERRAL_STRIDE);
}

/* The word that holds state and generation, in native byte order. */
static uint64_t identity(uint32_t state, uint32_t generation)
{
	const uint32_t parts[2] = {state, generation};
	uint64_t word;

	memcpy(&word, parts, sizeof(word));
	return word;
}

static int swap(struct kw_deferral *d, uint32_t from, uint32_t from_generation,
		uint32_t to, uint32_t to_generation)
{
	uint64_t expected = identity(from, from_generation);

	return atomic_compare_exchange_strong_explicit(&d->identity, &expected,
			identity(to, to_generation), memory_order_acq_rel,
			memory_order_acquire);
}

int32_t kw_deferral_claim(void *base)
{
	struct kw_region_header *h = kw_header(base);
	uint32_t count = h->deferral_count;
	uint32_t start;
	uint32_t i;

	if(count == 0 || count > KW_DEFERRAL_COUNT)
		return -1;
	/* Counted before it is taken: the count is never too low. */
	if(atomic_fetch_add_explicit(&h->open_deferrals, 1, memory_order_acq_rel)
			>= count) {
		atomic_fetch_sub_explicit(&h->open_deferrals, 1, memory_order_acq_rel);
		return -1;
	}
	start = atomic_fetch_add_explicit(
			&h->deferral_cursor, 1, memory_order_relaxed);
	for(i = 0; i < count; i++) {
		uint32_t n = (start + i) % count;
		struct kw_deferral *d = kw_deferral_at(base, n);
		uint32_t generation;
		uint32_t next;

		if(atomic_load_explicit(&d->state, memory_order_acquire)
				!= KW_DEFERRAL_FREE) {
			continue;
		}
		generation = atomic_load_explicit(&d->generation, memory_order_relaxed);
		next = generation + 1 == 0 ? 1 : generation + 1;
		if(swap(d, KW_DEFERRAL_FREE, generation, KW_DEFERRAL_FILLING, next)) {
			d->tag_length = 0;
			d->headers_length = 0;
			return (int32_t)n;
		}
	}
	atomic_fetch_sub_explicit(&h->open_deferrals, 1, memory_order_acq_rel);
	return -1;
}

int kw_deferral_open(void *base, struct kw_deferral *d, const char *tag,
		uint32_t tag_length, const char *headers, uint32_t headers_length)
{
	uint32_t generation =
			atomic_load_explicit(&d->generation, memory_order_relaxed);

	if(tag_length > sizeof(d->tag) || headers_length > sizeof(d->headers)) {
		kw_deferral_free(base, d, generation, KW_DEFERRAL_FILLING);
		return -1;
	}
	if(tag_length > 0)
		memcpy(d->tag, tag, tag_length);
	if(headers_length > 0)
		memcpy(d->headers, headers, headers_length);
	d->tag_length = (uint16_t)tag_length;
	d->headers_length = (uint16_t)headers_length;
	return swap(d, KW_DEFERRAL_FILLING, generation, KW_DEFERRAL_OPEN,
				   generation)
				   ? 0
				   : -1;
}

int kw_deferral_win(struct kw_deferral *d, uint32_t generation)
{
	return swap(
			d, KW_DEFERRAL_OPEN, generation, KW_DEFERRAL_ANSWERING, generation);
}

int kw_deferral_free(
		void *base, struct kw_deferral *d, uint32_t generation, uint32_t from)
{
	if(from == KW_DEFERRAL_FREE
			|| !swap(d, from, generation, KW_DEFERRAL_FREE, generation)) {
		return 0;
	}
	atomic_fetch_sub_explicit(
			&kw_header(base)->open_deferrals, 1, memory_order_acq_rel);
	return 1;
}
