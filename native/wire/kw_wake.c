/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE
#include "kw_wake.h"

#include <errno.h>
#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int kw_futex_wait(
		_Atomic uint32_t *word, uint32_t expected, uint64_t timeout_ns)
{
	struct timespec t;

	if(atomic_load_explicit(word, memory_order_acquire) != expected)
		return 0;
	if(timeout_ns == 0)
		return -1;
	t.tv_sec = (time_t)(timeout_ns / UINT64_C(1000000000));
	t.tv_nsec = (long)(timeout_ns % UINT64_C(1000000000));
	if(syscall(SYS_futex, word, FUTEX_WAIT, expected, &t, NULL, 0) == 0)
		return 0;
	return errno == EAGAIN ? 0 : -1;
}

int kw_futex_wake(_Atomic uint32_t *word, int n)
{
	long woken = syscall(SYS_futex, word, FUTEX_WAKE, n, NULL, NULL, 0);

	return woken < 0 ? 0 : (int)woken;
}

void kw_wake_if_sleeping(_Atomic uint32_t *flag)
{
	atomic_thread_fence(memory_order_seq_cst);
	if(atomic_load_explicit(flag, memory_order_relaxed) == KW_AWAKE)
		return;
	/* Who swaps it to 0 makes the system call, the others need not. A sleeper
	 * that has not yet reached the kernel finds 0 there and returns. */
	if(atomic_exchange_explicit(flag, KW_AWAKE, memory_order_acq_rel)
			!= KW_AWAKE)
		kw_futex_wake(flag, 1);
}

void kw_wake_if_asleep(_Atomic uint32_t *flag)
{
	uint32_t expected = KW_ASLEEP;

	atomic_thread_fence(memory_order_seq_cst);
	if(atomic_load_explicit(flag, memory_order_relaxed) != KW_ASLEEP)
		return;
	if(atomic_compare_exchange_strong_explicit(flag, &expected, KW_AWAKE,
			   memory_order_acq_rel, memory_order_relaxed))
		kw_futex_wake(flag, 1);
}

void kw_sleep_prepare(_Atomic uint32_t *flag)
{
	atomic_store_explicit(flag, KW_ASLEEP, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
}

void kw_sleep_cancel(_Atomic uint32_t *flag)
{
	atomic_store_explicit(flag, KW_AWAKE, memory_order_relaxed);
}

void kw_sleep(_Atomic uint32_t *flag, uint64_t timeout_ns)
{
	kw_futex_wait(flag, KW_ASLEEP, timeout_ns);
	atomic_store_explicit(flag, KW_AWAKE, memory_order_relaxed);
}
