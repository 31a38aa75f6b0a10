/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the test programs share: a seeded generator and a check that says how
 * to replay.
 */
#ifndef KW_TEST_H
#define KW_TEST_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct random
{
	uint64_t seed;
	uint64_t state;
};

extern const char *kw_test_replay;

#define CHECK(condition)                                                   \
	do {                                                                   \
		if(!(condition)) {                                                 \
			fprintf(stderr, "%s:%d: not true: %s\nreplay: %s\n", __FILE__, \
					__LINE__, #condition, kw_test_replay);                 \
			abort();                                                       \
		}                                                                  \
	} while(0)

static inline void random_seed(struct random *r, uint64_t seed)
{
	r->seed = seed;
	r->state = seed;
}

/* SplitMix64 */
static inline uint64_t random_next(struct random *r)
{
	uint64_t z = (r->state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* 0 <= result < bound; bound > 0 */
static inline uint32_t random_below(struct random *r, uint32_t bound)
{
	return (uint32_t)(random_next(r) % bound);
}

static inline void random_fill(struct random *r, void *p, size_t n)
{
	uint8_t *bytes = p;
	size_t i;

	for(i = 0; i < n; i++)
		bytes[i] = (uint8_t)random_next(r);
}

#endif
