/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kw_region.h"

#include <string.h>
#include <time.h>

#include "kw_deferral.h"
#include "kw_frame.h"
#include "kw_ring.h"

struct sections
{
	uint64_t config;
	uint64_t manifest;
	uint64_t frames;
	uint64_t events;
	uint64_t couriers;
	uint64_t deferrals;
	uint64_t end;
};

static uint64_t page_up(uint64_t n)
{
	return (n + KW_PAGE - 1) / KW_PAGE * KW_PAGE;
}

static int plan(uint32_t processes, uint32_t couriers, struct sections *s)
{
	if(processes < 1 || processes > KW_MAX_PROCESSES || couriers < 1
			|| couriers > KW_MAX_COURIERS) {
		return -1;
	}
	s->config = sizeof(struct kw_region_header);
	s->manifest = s->config + page_up(KW_CONFIG_CAPACITY);
	s->frames = s->manifest + page_up(KW_MANIFEST_CAPACITY);
	s->events = s->frames
				+ page_up((uint64_t)processes * KW_FRAMES_PER_PROCESS
						  * KW_FRAME_STRIDE);
	s->couriers = s->events + page_up(KW_EVENTS_CAPACITY + KW_RING_TRAILER);
	s->deferrals = s->couriers + (uint64_t)couriers * KW_COURIER_STRIDE;
	s->end = s->deferrals
			 + page_up((uint64_t)KW_DEFERRAL_COUNT * KW_DEFERRAL_STRIDE);
	return 0;
}

uint64_t kw_region_length(uint32_t process_count, uint32_t courier_count)
{
	struct sections s;

	return plan(process_count, courier_count, &s) == 0 ? s.end : 0;
}

void kw_region_init(void *base, uint32_t process_count, uint32_t courier_count)
{
	struct kw_region_header *h = kw_header(base);
	struct sections s;

	if(plan(process_count, courier_count, &s) < 0)
		return;
	h->layout_version = KW_LAYOUT_VERSION;
	h->process_count = process_count;
	h->courier_count = courier_count;
	h->deferral_count = KW_DEFERRAL_COUNT;
	h->total_length = s.end;
	h->config_offset = s.config;
	h->manifest_offset = s.manifest;
	h->frames_offset = s.frames;
	h->events_offset = s.events;
	h->couriers_offset = s.couriers;
	h->deferrals_offset = s.deferrals;
	/* Last, so that a half laid out region does not pass the check. */
	h->magic = KW_MAGIC;
}

int kw_region_check(const void *base, uint64_t length)
{
	const struct kw_region_header *h = base;
	struct sections s;

	if(length < sizeof(*h) || h->magic != KW_MAGIC
			|| h->layout_version != KW_LAYOUT_VERSION
			|| plan(h->process_count, h->courier_count, &s) < 0) {
		return -1;
	}
	if(s.end != h->total_length || s.end > length
			|| h->config_offset != s.config || h->manifest_offset != s.manifest
			|| h->frames_offset != s.frames || h->events_offset != s.events
			|| h->couriers_offset != s.couriers
			|| h->deferrals_offset != s.deferrals
			|| h->deferral_count != KW_DEFERRAL_COUNT) {
		return -1;
	}
	if(h->config_length > KW_CONFIG_CAPACITY
			|| h->manifest_length > KW_MANIFEST_CAPACITY
			|| h->failure_length > KW_FAILURE_CAPACITY) {
		return -1;
	}
	return 0;
}

struct kw_courier_header *kw_courier(void *base, uint32_t i)
{
	struct kw_region_header *h = kw_header(base);

	if(i >= h->courier_count)
		return NULL;
	return (struct kw_courier_header *)((uint8_t *)base + h->couriers_offset
										+ (uint64_t)i * KW_COURIER_STRIDE);
}

uint8_t *kw_courier_ring(void *base, uint32_t i)
{
	struct kw_courier_header *c = kw_courier(base, i);

	return c == NULL ? NULL : (uint8_t *)c + KW_COURIER_HEADER;
}

uint64_t kw_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

/* 1 if then lies more than ms before now. The other process's clock reading
 * may be younger than ours, hence no plain subtraction. */
static int older(uint64_t then, uint64_t now, uint64_t ms)
{
	return now > then && now - then > ms * UINT64_C(1000000);
}

int kw_engine_beats(void *base, uint64_t now)
{
	struct kw_region_header *h = kw_header(base);

	return !older(atomic_load_explicit(&h->heartbeat_ns, memory_order_acquire),
			now, KW_ENGINE_LATE_MS);
}

int kw_engine_serves(void *base, uint64_t now)
{
	struct kw_region_header *h = kw_header(base);
	uint64_t oldest;

	if(atomic_load_explicit(&h->engine_state, memory_order_acquire)
					!= KW_ENGINE_READY
			|| !kw_engine_beats(base, now)) {
		return 0;
	}
	oldest = atomic_load_explicit(
			&h->oldest_uncommitted_ns, memory_order_acquire);
	return oldest == 0 || !older(oldest, now, KW_UNCOMMITTED_LATE_MS);
}
