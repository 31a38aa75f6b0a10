/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Time of the load generator: nanoseconds on the monotonic clock.
 */
#ifndef KL_CLOCK_H
#define KL_CLOCK_H

#include <stdint.h>
#include <time.h>

#define KL_US INT64_C(1000)
#define KL_MS INT64_C(1000000)
#define KL_S INT64_C(1000000000)

static inline int64_t kl_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * KL_S + t.tv_nsec;
}

#endif
