/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kw_region.h"
#include "kw_stress.h"
#include "kw_wake.h"

struct wake
{
	_Atomic uint32_t round; /* both start it together */
	uint8_t pad0[124];
	_Atomic uint32_t ready;
	uint8_t pad1[124];
	_Atomic uint32_t flag;
	uint8_t pad2[124];
	_Atomic uint32_t data;
	uint8_t pad3[124];
	_Atomic uint32_t rung; /* the publisher has done all for this round */
	uint8_t pad4[124];
	_Atomic uint32_t over;
};

static int fences = 1;

static void publisher_rings(_Atomic uint32_t *flag)
{
	if(fences) {
		kw_wake_if_sleeping(flag);
		return;
	}
	if(atomic_load_explicit(flag, memory_order_acquire) != 0
			&& atomic_exchange_explicit(flag, 0, memory_order_acq_rel) != 0) {
		kw_futex_wake(flag, 1);
	}
}

static void sleeper_prepares(_Atomic uint32_t *flag)
{
	if(fences) {
		kw_sleep_prepare(flag);
	} else {
		atomic_store_explicit(flag, 1, memory_order_release);
	}
}

static void publisher(struct wake *w)
{
	struct random r;
	uint32_t round = 0;

	pin(1);
	random_seed(&r, 1);
	while(!atomic_load_explicit(&w->over, memory_order_acquire)) {
		atomic_store_explicit(&w->ready, ++round, memory_order_release);
		do {
			if(atomic_load_explicit(&w->over, memory_order_acquire))
				return;
			wait_for(&w->round, round);
		} while(atomic_load(&w->round) < round);
		dawdle(&r);
		atomic_store_explicit(&w->data, round, memory_order_release);
		publisher_rings(&w->flag);
		atomic_store_explicit(&w->rung, round, memory_order_release);
	}
}

int mode_wake(const char *path, uint64_t run_ns)
{
	struct wake *w = map(path, sizeof(*w));
	uint64_t until = kw_now_ns() + run_ns;
	struct random r;
	uint32_t round = 0;
	uint32_t sleeps = 0;
	uint32_t lost = 0;

	fences = getenv("KW_STRESS_NO_FENCE") == NULL;
	random_seed(&r, 2);
	if(child()) {
		publisher(w);
		exit(0);
	}
	pin(0);
	while(kw_now_ns() < until) {
		wait_for(&w->ready, ++round);
		atomic_store_explicit(&w->round, round, memory_order_release);
		dawdle(&r);
		sleeper_prepares(&w->flag);
		if(atomic_load_explicit(&w->data, memory_order_acquire) == round) {
			kw_sleep_cancel(&w->flag);
		} else {
			sleeps++;
			kw_futex_wait(&w->flag, 1, 5 * MS);
			/* When the publisher is done with this round and our flag still
			 * stands, then nobody would ever have woken us. */
			wait_for(&w->rung, round);
			lost += atomic_load(&w->flag) != 0;
			kw_sleep_cancel(&w->flag);
		}
		wait_for(&w->rung, round);
	}
	atomic_store(&w->over, 1);
	atomic_store(&w->round, UINT32_MAX);
	all_children_end_well();
	printf("rounds=%u sleeps=%u lost=%u\n", round, sleeps, lost);
	return 0;
}

int mode_publish(
		const char *path, uint32_t flag_at, uint32_t data_at, uint32_t count)
{
	uint8_t *base = map(path, KW_PAGE);
	_Atomic uint32_t *flag = (_Atomic uint32_t *)(void *)(base + flag_at);
	_Atomic uint32_t *data = (_Atomic uint32_t *)(void *)(base + data_at);
	struct random r;
	uint32_t i;

	random_seed(&r, 3);
	for(i = 1; i <= count; i++) {
		dawdle(&r);
		atomic_store_explicit(data, i, memory_order_release);
		kw_wake_if_sleeping(flag);
		wait_for(data + 1, i);
	}
	return 0;
}
