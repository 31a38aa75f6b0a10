/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kw_frame.h"

#include <stddef.h>

#include "kw_message.h"
#include "kw_ring.h"
#include "kw_wake.h"

#define SLICE_NS (UINT64_C(50) * 1000 * 1000)
/* Looking at the clock costs more than looking at the frame. */
#define SPINS_PER_LOOK 64

static struct kw_frame *frames(void *base)
{
	return (struct kw_frame *)((uint8_t *)base
							   + kw_header(base)->frames_offset);
}

struct kw_frame *kw_frame_at(void *base, uint32_t index)
{
	if(index / KW_FRAMES_PER_PROCESS >= kw_header(base)->process_count)
		return NULL;
	return frames(base) + index;
}

static uint32_t load_state(struct kw_frame *f)
{
	return atomic_load_explicit(&f->state, memory_order_acquire);
}

static int swap_state(struct kw_frame *f, uint32_t from, uint32_t to)
{
	return atomic_compare_exchange_strong_explicit(
			&f->state, &from, to, memory_order_acq_rel, memory_order_acquire);
}

static void set_state(struct kw_frame *f, uint32_t to)
{
	atomic_store_explicit(&f->state, to, memory_order_release);
}

static int reaped(void *base, const struct kw_frame *f)
{
	return atomic_load_explicit(
				   &kw_header(base)->reaped_epoch, memory_order_acquire)
		   >= f->epoch;
}

/* Only ABANDONED ones: in all other states an outer call of this very process
 * still holds the frame and finds out about its engine by itself. */
static int reclaimable(void *base, struct kw_frame *f)
{
	uint32_t state = load_state(f);

	return state == KW_FRAME_FREE
		   || (state == KW_FRAME_ABANDONED && reaped(base, f));
}

struct kw_frame *kw_frame_acquire(
		void *base, uint32_t process_no, uint32_t depth)
{
	struct kw_region_header *h = kw_header(base);
	uint32_t slot;

	if(process_no >= h->process_count)
		return NULL;
	for(slot = 0; slot < KW_FRAMES_PER_PROCESS; slot++) {
		struct kw_frame *f =
				frames(base) + process_no * KW_FRAMES_PER_PROCESS + slot;

		if(!reclaimable(base, f))
			continue;
		set_state(f, KW_FRAME_FREE);
		f->generation++;
		f->epoch = atomic_load_explicit(&h->epoch, memory_order_acquire);
		f->process_no = process_no;
		f->depth = depth;
		f->request_length = 0;
		f->response_length = 0;
		return f;
	}
	return NULL;
}

static int announce(void *base, struct kw_frame *f, int32_t type)
{
	const uint32_t record[4] = {
			(uint32_t)(f - frames(base)), f->generation, f->epoch, 0};

	return kw_event_write(base, type, record, sizeof(record));
}

int kw_frame_submit(void *base, struct kw_frame *f, uint64_t deadline_ns)
{
	uint64_t now = kw_now_ns();
	int rc;

	if(f->request_length > KW_FRAME_AREA)
		return KW_RING_TOO_LONG;
	if(!kw_engine_serves(base, now))
		return KW_SUBMIT_REFUSED;
	f->deadline_ns = deadline_ns;
	f->called_ns = now;
	set_state(f, KW_FRAME_REQUESTED);
	rc = announce(base, f, KW_EV_CALL);
	if(rc != KW_RING_OK)
		set_state(f, KW_FRAME_FREE);
	return rc;
}

int kw_frame_resume(void *base, struct kw_frame *f)
{
	int rc;

	if(f->request_length > KW_FRAME_AREA) {
		set_state(f, KW_FRAME_ABANDONED);
		return KW_RING_TOO_LONG;
	}
	f->response_length = 0;
	set_state(f, KW_FRAME_RESUMED);
	rc = announce(base, f, KW_EV_RESUME);
	if(rc != KW_RING_OK)
		set_state(f, KW_FRAME_ABANDONED);
	return rc;
}

static void cpu_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

static void spin(struct kw_frame *f, uint64_t spin_ns)
{
	uint64_t until;
	int i;

	if(spin_ns == 0)
		return;
	until = kw_now_ns() + spin_ns;
	do {
		for(i = 0; i < SPINS_PER_LOOK; i++) {
			uint32_t state = load_state(f);

			if(state == KW_FRAME_DONE || state == KW_FRAME_STEP)
				return;
			cpu_relax();
		}
	} while(kw_now_ns() < until);
}

static void sleep_until_changed(
		struct kw_frame *f, uint32_t state, uint64_t timeout_ns)
{
	atomic_store_explicit(&f->caller_sleeping, 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
	/* The futex compares the state once more: nothing is missed between. */
	if(load_state(f) == state)
		kw_futex_wait(&f->state, state, timeout_ns);
	atomic_store_explicit(&f->caller_sleeping, 0, memory_order_relaxed);
}

int kw_frame_wait(void *base, struct kw_frame *f, uint64_t spin_ns)
{
	struct kw_region_header *h = kw_header(base);

	spin(f, spin_ns);
	for(;;) {
		uint32_t state = load_state(f);
		uint64_t now;
		int given_up;

		if(state == KW_FRAME_DONE || state == KW_FRAME_STEP) {
			if(f->response_length > KW_FRAME_AREA) {
				set_state(f, KW_FRAME_FREE);
				return KW_WAIT_BAD;
			}
			return state == KW_FRAME_DONE ? KW_WAIT_DONE : KW_WAIT_STEP;
		}
		if(reaped(base, f)) {
			/* It may have answered with its last breath. */
			if(load_state(f) == KW_FRAME_DONE)
				continue;
			set_state(f, KW_FRAME_FREE);
			return KW_WAIT_DEAD;
		}
		if(state != KW_FRAME_REQUESTED && state != KW_FRAME_TAKEN
				&& state != KW_FRAME_RESUMED) {
			set_state(f, KW_FRAME_FREE);
			return KW_WAIT_BAD;
		}
		now = kw_now_ns();
		given_up = 0;
		if(now >= f->deadline_ns) {
			given_up = KW_WAIT_DEADLINE;
		} else if(atomic_load_explicit(&h->engine_state, memory_order_acquire)
						  == KW_ENGINE_READY
				  && !kw_engine_beats(base, now)) {
			given_up = KW_WAIT_LATE;
		}
		if(given_up != 0) {
			if(swap_state(f, state, KW_FRAME_ABANDONED))
				return given_up;
			continue;
		}
		sleep_until_changed(f, state,
				f->deadline_ns - now < SLICE_NS ? f->deadline_ns - now
												: SLICE_NS);
	}
}

void kw_frame_release(struct kw_frame *f)
{
	set_state(f, KW_FRAME_FREE);
}

static void let_go(struct kw_frame *f)
{
	swap_state(f, KW_FRAME_ABANDONED, KW_FRAME_FREE);
}

int kw_frame_take(struct kw_frame *f, uint32_t generation, uint32_t epoch)
{
	if(f->generation != generation || f->epoch != epoch)
		return 0;
	if(swap_state(f, KW_FRAME_REQUESTED, KW_FRAME_TAKEN)
			|| swap_state(f, KW_FRAME_RESUMED, KW_FRAME_TAKEN)) {
		return 1;
	}
	let_go(f);
	return 0;
}

int kw_frame_answer(struct kw_frame *f, uint32_t new_state)
{
	if(new_state != KW_FRAME_DONE && new_state != KW_FRAME_STEP)
		return 0;
	if(!swap_state(f, KW_FRAME_TAKEN, new_state)) {
		let_go(f);
		return 0;
	}
	atomic_thread_fence(memory_order_seq_cst);
	if(atomic_load_explicit(&f->caller_sleeping, memory_order_relaxed))
		kw_futex_wake(&f->state, 1);
	return 1;
}
