/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kw_deferral.h"
#include "kw_stress.h"

struct race
{
	_Atomic uint32_t arrived;
	_Atomic uint32_t index;
	_Atomic uint32_t generation;
	_Atomic uint32_t wins;
	_Atomic uint32_t owner[KW_DEFERRAL_COUNT];
};

/* All have arrived n times. */
static void barrier(struct race *race, uint32_t processes, uint32_t n)
{
	atomic_fetch_add(&race->arrived, 1);
	wait_for(&race->arrived, processes * n);
}

static void race_for_records(void *base, struct race *race, uint32_t me,
		uint32_t processes, uint32_t rounds)
{
	uint32_t barriers = 0;
	struct random r;
	uint32_t i;

	pin((int)(me % 2));
	random_seed(&r, me);
	for(i = 0; i < rounds; i++) {
		struct kw_deferral *d;
		uint32_t generation;

		if(i % processes == me) {
			int32_t claimed = kw_deferral_claim(base);

			CHECK(claimed >= 0);
			d = kw_deferral_at(base, (uint32_t)claimed);
			CHECK(kw_deferral_open(base, d, "tag", 3, NULL, 0) == 0);
			atomic_store(&race->index, (uint32_t)claimed);
			atomic_store(&race->generation, atomic_load(&d->generation));
			atomic_store(&race->wins, 0);
		}
		barrier(race, processes, ++barriers);
		d = kw_deferral_at(base, atomic_load(&race->index));
		generation = atomic_load(&race->generation);
		CHECK(!kw_deferral_win(d, generation - 1));
		if(kw_deferral_win(d, generation)) {
			atomic_fetch_add(&race->wins, 1);
			CHECK(!kw_deferral_free(base, d, generation, KW_DEFERRAL_OPEN));
		}
		barrier(race, processes, ++barriers);
		CHECK(atomic_load(&race->wins) == 1);
		if(i % processes == me) {
			CHECK(kw_deferral_free(base, d, generation, KW_DEFERRAL_ANSWERING));
		}
		barrier(race, processes, ++barriers);
	}
	/* And without order: nobody else ever holds what we hold. */
	for(i = 0; i < rounds * 100; i++) {
		int32_t claimed = kw_deferral_claim(base);
		struct kw_deferral *d;

		if(claimed < 0)
			continue;
		CHECK(atomic_exchange(&race->owner[claimed], me + 1) == 0);
		d = kw_deferral_at(base, (uint32_t)claimed);
		dawdle(&r);
		CHECK(atomic_exchange(&race->owner[claimed], 0) == me + 1);
		CHECK(kw_deferral_free(
				base, d, atomic_load(&d->generation), KW_DEFERRAL_FILLING));
	}
}

int mode_deferrals(const char *path, uint32_t processes, uint32_t rounds)
{
	uint64_t region = kw_region_length(1, 1);
	uint8_t *base = map(path, region + sizeof(struct race));
	struct race *race = (struct race *)(void *)(base + region);
	uint32_t i;

	kw_region_init(base, 1, 1);
	/* Fewer records than processes: claims must fail, too. */
	kw_header(base)->deferral_count = 2;
	for(i = 0; i < processes; i++) {
		if(child()) {
			race_for_records(base, race, i, processes, rounds);
			exit(0);
		}
	}
	all_children_end_well();
	CHECK(atomic_load(&kw_header(base)->open_deferrals) == 0);
	printf("rounds=%u\n", rounds);
	return 0;
}
