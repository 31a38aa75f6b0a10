/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Frames: synchronous calls of a Kamailio process to the engine that may take
 * several steps (bridge.md 2). Each process owns KW_FRAMES_PER_PROCESS of them.
 *
 *            caller                 engine
 *   FREE ----------> REQUESTED ----------> TAKEN ---> DONE ---caller--> FREE
 *                                            |  ^
 *                                      STEP <-  |
 *                                        | caller carries out, RESUMED
 *                                        `------'
 * When the caller's deadline passes: compare-and-swap REQUESTED, TAKEN or
 * RESUMED -> ABANDONED. The engine, finding ABANDONED when it wants to answer,
 * undoes the decision and sets FREE. A frame whose epoch <= reaped_epoch
 * belongs to its owner again, whatever its state.
 *
 * A call is announced by a KW_EV_CALL record in the event ring (a step's
 * results by KW_EV_RESUME), so all that a process says arrives in order.
 */
#ifndef KW_FRAME_H
#define KW_FRAME_H

#include "kw_region.h"

#define KW_FRAME_FREE 0
#define KW_FRAME_REQUESTED 1
#define KW_FRAME_TAKEN 2
#define KW_FRAME_STEP 3
#define KW_FRAME_RESUMED 4
#define KW_FRAME_DONE 5
#define KW_FRAME_ABANDONED 6

struct kw_frame
{
	_Atomic uint32_t state; /* futex word of the caller */
	_Atomic uint32_t caller_sleeping;
	uint32_t generation; /* +1 per call; announced with it */
	uint32_t epoch;
	uint32_t process_no;
	uint32_t depth; /* calls open below this one in the same process */
	uint32_t request_length;
	uint32_t response_length;
	uint64_t deadline_ns; /* CLOCK_MONOTONIC; when the caller gives up */
	uint64_t called_ns;
	uint8_t pad[KW_FRAME_HEADER - 48];
	uint8_t request[KW_FRAME_AREA];
	uint8_t response[KW_FRAME_AREA];
};
_Static_assert(sizeof(struct kw_frame) == KW_FRAME_STRIDE, "frame");

/* Index as announced: process_no * KW_FRAMES_PER_PROCESS + slot, where slot
 * need not be the depth (lower slots may still be ABANDONED). NULL if there is
 * no such frame. */
struct kw_frame *kw_frame_at(void *base, uint32_t index);

/* The caller: a frame of process_no that is FREE (or ABANDONED to an engine
 * that has been reaped), prepared with generation, epoch and depth; NULL if
 * none. It stays FREE until it is submitted, so nothing else may be acquired
 * in this process in between. */
struct kw_frame *kw_frame_acquire(
		void *base, uint32_t process_no, uint32_t depth);

/* Refused at once: the engine is not ready, is late, or does not commit
 * (kw_engine_serves()). */
#define KW_SUBMIT_REFUSED -10
/* Publishes the request (request_length set) and announces it. KW_RING_OK, or
 * KW_SUBMIT_REFUSED or another KW_RING_*: then the frame is FREE again. */
int kw_frame_submit(void *base, struct kw_frame *f, uint64_t deadline_ns);
/* Publishes a step's results (in the request area) and announces them.
 * KW_RING_OK, or another KW_RING_*: then the frame is ABANDONED, and the engine
 * finds that when deadline_ns has passed without a resumption. */
int kw_frame_resume(void *base, struct kw_frame *f);

#define KW_WAIT_DONE 0		/* response holds the final result */
#define KW_WAIT_STEP 1		/* response holds commands; resume afterwards */
#define KW_WAIT_DEADLINE -1 /* given up; the frame is ABANDONED */
#define KW_WAIT_DEAD -2		/* the engine died; the frame is FREE */
#define KW_WAIT_LATE -3		/* no heartbeat; the frame is ABANDONED */
#define KW_WAIT_BAD -4		/* impossible response_length; the frame is FREE */
/* Spins for spin_ns, then sleeps in slices of at most 50 ms. The age of the
 * oldest uncommitted change does not matter here: a caller that waits for its
 * own commit would give itself up. */
int kw_frame_wait(void *base, struct kw_frame *f, uint64_t spin_ns);
/* After DONE and after the response was copied out. */
void kw_frame_release(struct kw_frame *f);

/* The engine's half, used by the contract tests: 1 if the swap happened. A
 * frame found ABANDONED is set FREE by either. take: REQUESTED or RESUMED ->
 * TAKEN, if generation and epoch are those announced. answer: TAKEN ->
 * new_state (KW_FRAME_DONE or KW_FRAME_STEP), and the caller is woken. */
int kw_frame_take(struct kw_frame *f, uint32_t generation, uint32_t epoch);
int kw_frame_answer(struct kw_frame *f, uint32_t new_state);

#endif
