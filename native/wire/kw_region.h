/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The shared region: one anonymous MAP_SHARED mapping, created by Kamailio's
 * main process before any worker is forked and never remapped. Every Kamailio
 * process and the engine see it at an address of their own; nothing in it is a
 * pointer, everything is an offset from its start. Native byte order.
 *
 * Mirrored by io.kamjvm.bridge.RegionLayout; a contract test compares every
 * offset and constant below with its twin (kw_layout_get()).
 *
 * Sections, in this order, each aligned to 4096:
 *   header      struct kw_region_header
 *   config      TLV, written by main before the engine is forked, read by the
 *               engine: modules, parameters, functions, processes
 *   manifest    TLV, written by the engine before it says READY, read by all
 *   frames      process_count * KW_FRAMES_PER_PROCESS frames (kw_frame.h)
 *   events      many-to-one ring: what Kamailio's processes say (kw_ring.h)
 *   couriers    courier_count blocks, each a one-to-one ring of commands
 *   deferrals   deferral_count records (kw_deferral.h)
 */
#ifndef KW_REGION_H
#define KW_REGION_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define KW_MAGIC UINT64_C(0x004d564a4d414b01)
#define KW_LAYOUT_VERSION 1
#define KW_PAGE 4096
#define KW_CACHE_LINE 128 /* two lines: adjacent-line prefetch */

/* engine_state */
#define KW_ENGINE_DOWN 0
#define KW_ENGINE_STARTING 1
#define KW_ENGINE_READY 2
#define KW_ENGINE_FAILED 3
#define KW_ENGINE_STOPPING 4
#define KW_ENGINE_STOPPED 5

#define KW_FRAMES_PER_PROCESS 4
#define KW_FRAME_HEADER 256
#define KW_FRAME_AREA (160 * 1024) /* request area, and response area */
#define KW_FRAME_STRIDE (KW_FRAME_HEADER + 2 * KW_FRAME_AREA)
#define KW_EVENTS_CAPACITY (4 * 1024 * 1024)
#define KW_COMMANDS_CAPACITY (2 * 1024 * 1024)
#define KW_RING_TRAILER 768
#define KW_COURIER_HEADER 256
#define KW_CONFIG_CAPACITY (256 * 1024)
#define KW_MANIFEST_CAPACITY (64 * 1024)
#define KW_DEFERRAL_STRIDE 2048
#define KW_DEFERRAL_COUNT 8192
#define KW_FAILURE_CAPACITY 1984

/* Milliseconds without a heartbeat after which nobody waits (bridge.md 1.5). */
#define KW_ENGINE_LATE_MS 300
/* Age of the oldest uncommitted change after which nobody waits (2). */
#define KW_UNCOMMITTED_LATE_MS 200

struct kw_region_header
{
	/* 0: written once by main, before anything else runs */
	uint64_t magic;
	uint32_t layout_version;
	uint32_t process_count; /* Kamailio's get_max_procs() */
	uint64_t total_length;
	uint64_t config_offset;
	uint64_t manifest_offset;
	uint64_t frames_offset;
	uint64_t events_offset;
	uint64_t couriers_offset;
	uint64_t deferrals_offset;
	uint32_t config_length;	  /* bytes used */
	uint32_t manifest_length; /* bytes used; engine writes, before READY */
	uint32_t courier_count;
	uint32_t deferral_count;
	uint8_t pad0[512 - 88];
	/* 512: life of the engine. Writers: keeper (DOWN, STARTING, epoch,
	 * reaped_epoch), engine (READY, FAILED, STOPPING, STOPPED) */
	_Atomic uint32_t engine_state; /* futex word: main and keeper wait on it */
	_Atomic uint32_t epoch; /* 1, 2 ...: the engine that lives or starts */
	_Atomic uint32_t
			reaped_epoch; /* engines up to this one are certainly dead */
	_Atomic uint32_t stop_requested; /* 1: flush, answer, exit */
	_Atomic int32_t engine_pid;
	_Atomic uint32_t start_progress; /* engine increments while it loads */
	uint8_t pad1[128 - 24];
	/* 640 */
	_Atomic uint64_t
			heartbeat_ns; /* CLOCK_MONOTONIC; engine thread, <= 100 ms */
	uint8_t pad2[128 - 8];
	/* 768 */
	_Atomic uint32_t
			engine_sleeping; /* futex word and sleeper flag (kw_wake.h) */
	uint8_t pad3[128 - 4];
	/* 896 */
	_Atomic uint64_t oldest_uncommitted_ns; /* CLOCK_MONOTONIC; 0: none */
	uint8_t pad4[128 - 8];
	/* 1024 */
	_Atomic uint32_t open_deferrals;  /* records not FREE */
	_Atomic uint32_t deferral_cursor; /* where the next search starts */
	_Atomic uint64_t busy_answers;	  /* given so far, all processes */
	_Atomic uint64_t ring_full;		  /* events refused so far */
	uint8_t pad5[128 - 24];
	/* 1152: the location table */
	_Atomic uint64_t usrloc_lost;	/* changes that the engine has not heard */
	_Atomic uint32_t usrloc_loaded; /* 1: usrloc has read its database */
	uint8_t pad6[128 - 12];
	/* 1280 */
	uint8_t reserved[2048 - 1280];
	/* 2048: why the engine FAILED: "stage: message", UTF-8 */
	uint32_t failure_length;
	char failure[KW_FAILURE_CAPACITY];
	uint8_t pad7[4096 - 2052 - KW_FAILURE_CAPACITY];
};

_Static_assert(sizeof(struct kw_region_header) == 4096, "header");
_Static_assert(offsetof(struct kw_region_header, engine_state) == 512, "state");
_Static_assert(offsetof(struct kw_region_header, heartbeat_ns) == 640, "beat");
_Static_assert(
		offsetof(struct kw_region_header, engine_sleeping) == 768, "sleep");
_Static_assert(
		offsetof(struct kw_region_header, oldest_uncommitted_ns) == 896, "old");
_Static_assert(
		offsetof(struct kw_region_header, open_deferrals) == 1024, "deferrals");
_Static_assert(
		offsetof(struct kw_region_header, usrloc_lost) == 1152, "usrloc");
_Static_assert(
		offsetof(struct kw_region_header, failure_length) == 2048, "failure");

/* One courier: header, then a one-to-one ring of KW_COMMANDS_CAPACITY bytes
 * with its trailer. The courier (consumer) resets its own ring when it sees a
 * new epoch, then publishes acked_epoch; the engine writes to a ring only
 * while acked_epoch equals its own epoch. So no ring outlives its engine. */
struct kw_courier_header
{
	_Atomic uint32_t sleeping; /* futex word and sleeper flag */
	_Atomic uint32_t acked_epoch;
	uint32_t lane; /* KW_LANE_*; written by main before the engine starts */
	uint32_t process_no;
	uint8_t pad[KW_COURIER_HEADER - 16];
};
_Static_assert(
		sizeof(struct kw_courier_header) == KW_COURIER_HEADER, "courier");

#define KW_LANE_REPLY 1	  /* deferred replies only: no DNS, no script */
#define KW_LANE_REQUEST 2 /* in-dialog requests */
#define KW_LANE_SLOW 3	  /* requests whose next hop may block */

#define KW_COURIER_STRIDE                                       \
	(KW_COURIER_HEADER + KW_COMMANDS_CAPACITY + KW_RING_TRAILER \
			+ (KW_PAGE - (KW_COURIER_HEADER + KW_RING_TRAILER) % KW_PAGE))

#define KW_MAX_PROCESSES 4096
#define KW_MAX_COURIERS 256

/* Bytes the whole region takes; 0 unless 1 <= process_count <=
 * KW_MAX_PROCESSES and 1 <= courier_count <= KW_MAX_COURIERS. */
uint64_t kw_region_length(uint32_t process_count, uint32_t courier_count);

/* Lays out a zeroed mapping of kw_region_length() bytes. One caller, before
 * anybody else sees it. */
void kw_region_init(void *base, uint32_t process_count, uint32_t courier_count);

/* 0 if magic, version and offsets are consistent with length; -1 otherwise. */
int kw_region_check(const void *base, uint64_t length);

static inline struct kw_region_header *kw_header(void *base)
{
	return (struct kw_region_header *)base;
}

/* NULL unless i < courier_count. */
struct kw_courier_header *kw_courier(void *base, uint32_t i);
/* Start of the ring buffer (data, then trailer) of courier i, or NULL. */
uint8_t *kw_courier_ring(void *base, uint32_t i);

/* CLOCK_MONOTONIC, nanoseconds. */
uint64_t kw_now_ns(void);

/* 1 unless the last heartbeat is older than KW_ENGINE_LATE_MS. */
int kw_engine_beats(void *base, uint64_t now);
/* 1 if the engine is READY, beats, and commits; 0 if callers must not wait
 * (bridge.md 2, "Deadlines"). now: kw_now_ns(). */
int kw_engine_serves(void *base, uint64_t now);

/* Value of a layout constant or field offset by name ("KW_FRAME_STRIDE",
 * "header.engine_state" ...), for the contract test; -1 if unknown. */
int64_t kw_layout_get(const char *name);
/* The i-th name that kw_layout_get() knows; NULL after the last. */
const char *kw_layout_name(uint32_t i);

#endif
