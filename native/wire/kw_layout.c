/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The layout by name, for the contract test. KW_CONSTANTS is made from the
 * headers at build time, so that a new constant can not be forgotten here.
 */
#include <string.h>

#include "kw_constants.inc"
#include "kw_deferral.h"
#include "kw_frame.h"
#include "kw_message.h"
#include "kw_recovery.h"
#include "kw_region.h"
#include "kw_ring.h"
#include "kw_ring_inner.h"
#include "kw_tlv.h"

struct entry
{
	const char *name;
	int64_t value;
};

#define CONSTANT(c) {#c, (int64_t)(c)},
#define HEADER(f)                                          \
	{                                                      \
		"header." #f, offsetof(struct kw_region_header, f) \
	}
#define COURIER(f)                                           \
	{                                                        \
		"courier." #f, offsetof(struct kw_courier_header, f) \
	}
#define FRAME(f)                                  \
	{                                             \
		"frame." #f, offsetof(struct kw_frame, f) \
	}
#define DEFERRAL(f)                                     \
	{                                                   \
		"deferral." #f, offsetof(struct kw_deferral, f) \
	}

static const struct entry layout[] = {
		/* clang-format off */
	KW_CONSTANTS(CONSTANT)
		/* clang-format on */
		HEADER(magic),
		HEADER(layout_version),
		HEADER(process_count),
		HEADER(total_length),
		HEADER(config_offset),
		HEADER(manifest_offset),
		HEADER(frames_offset),
		HEADER(events_offset),
		HEADER(couriers_offset),
		HEADER(deferrals_offset),
		HEADER(config_length),
		HEADER(manifest_length),
		HEADER(courier_count),
		HEADER(deferral_count),
		HEADER(engine_state),
		HEADER(epoch),
		HEADER(reaped_epoch),
		HEADER(stop_requested),
		HEADER(engine_pid),
		HEADER(start_progress),
		HEADER(heartbeat_ns),
		HEADER(engine_sleeping),
		HEADER(oldest_uncommitted_ns),
		HEADER(open_deferrals),
		HEADER(deferral_cursor),
		HEADER(busy_answers),
		HEADER(ring_full),
		HEADER(usrloc_lost),
		HEADER(usrloc_loaded),
		HEADER(failure_length),
		HEADER(failure),
		COURIER(sleeping),
		COURIER(acked_epoch),
		COURIER(lane),
		COURIER(process_no),
		FRAME(state),
		FRAME(caller_sleeping),
		FRAME(generation),
		FRAME(epoch),
		FRAME(process_no),
		FRAME(depth),
		FRAME(request_length),
		FRAME(response_length),
		FRAME(deadline_ns),
		FRAME(called_ns),
		FRAME(request),
		FRAME(response),
		DEFERRAL(state),
		DEFERRAL(generation),
		DEFERRAL(epoch),
		DEFERRAL(hash_index),
		DEFERRAL(label),
		DEFERRAL(process_no),
		DEFERRAL(deadline_ns),
		DEFERRAL(linger_ns),
		DEFERRAL(cell),
		DEFERRAL(tag_length),
		DEFERRAL(headers_length),
		DEFERRAL(busy_code),
		DEFERRAL(tag),
		DEFERRAL(headers),
		{"ring.tail", TAIL},
		{"ring.head_cache", HEAD_CACHE},
		{"ring.head", HEAD},
};

const char *kw_layout_name(uint32_t i)
{
	return i < sizeof(layout) / sizeof(layout[0]) ? layout[i].name : NULL;
}

int64_t kw_layout_get(const char *name)
{
	size_t i;

	for(i = 0; i < sizeof(layout) / sizeof(layout[0]); i++) {
		if(strcmp(layout[i].name, name) == 0)
			return layout[i].value;
	}
	return -1;
}
