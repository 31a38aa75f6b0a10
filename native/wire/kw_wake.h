/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wake-ups between processes (bridge.md 3): publish, full fence, read the other
 * side's sleeper flag; the sleeper sets its flag, fences, checks again, waits.
 * Release/acquire alone loses wake-ups on x86. The futexes lack the private
 * flag: the waiters are in other processes.
 */
#ifndef KW_WAKE_H
#define KW_WAKE_H

#include <stdatomic.h>
#include <stdint.h>

/* Waits while *word == expected, at most timeout_ns (0: do not wait).
 * Returns 0 when woken or the value differed, -1 on time-out or signal; the
 * caller checks its condition either way. */
int kw_futex_wait(
		_Atomic uint32_t *word, uint32_t expected, uint64_t timeout_ns);

/* Wakes at most n waiters; returns how many. */
int kw_futex_wake(_Atomic uint32_t *word, int n);

/* What a sleeper's flag says. Who dozes has just been busy, will look again
 * within a millisecond, and is left alone by news that can wait so long. */
enum kw_rest {
	KW_AWAKE = 0,
	KW_ASLEEP = 1,
	KW_DOZING = 2,
};

/* After publishing: rings the sleeper only if it sleeps or dozes. flag is its
 * word. */
void kw_wake_if_sleeping(_Atomic uint32_t *flag);
/* After publishing what can wait: rings it only if it sleeps. */
void kw_wake_if_asleep(_Atomic uint32_t *flag);

/* The sleeper's half: sets flag to KW_ASLEEP and fences; then the caller
 * checks its condition once more and either kw_sleep_cancel()s or
 * kw_sleep()s. */
void kw_sleep_prepare(_Atomic uint32_t *flag);
void kw_sleep_cancel(_Atomic uint32_t *flag);
void kw_sleep(_Atomic uint32_t *flag, uint64_t timeout_ns);

#endif
