/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Counts durations in buckets that are at most 1/64 of their value wide.
 */
#ifndef KL_HISTOGRAM_H
#define KL_HISTOGRAM_H

#include <stdint.h>

#define KL_BUCKETS (64 * 28)

struct kl_histogram
{
	uint64_t counts[KL_BUCKETS];
	uint64_t total;
	uint64_t max;
};

/* A duration in microseconds; what is beyond the last bucket counts there. */
void kl_histogram_add(struct kl_histogram *h, int64_t us);

/* The largest duration of the bucket that holds this share (0 to 1) of all,
 * never above the largest seen; 0 when there is none. */
uint64_t kl_histogram_at(const struct kl_histogram *h, double share);

#endif
