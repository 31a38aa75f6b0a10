/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kl_histogram.h"

/* Values below 64 have a bucket each; then 64 buckets per power of two. */
static unsigned bucket_of(uint64_t us)
{
	unsigned shift, bucket;

	if(us < 64)
		return (unsigned)us;
	shift = 63 - __builtin_clzll(us) - 6;
	bucket = (shift + 1) * 64 + (unsigned)((us >> shift) - 64);
	return bucket < KL_BUCKETS ? bucket : KL_BUCKETS - 1;
}

static uint64_t largest_in(unsigned bucket)
{
	unsigned shift;

	if(bucket < 64)
		return bucket;
	shift = bucket / 64 - 1;
	return ((UINT64_C(64) + bucket % 64 + 1) << shift) - 1;
}

void kl_histogram_add(struct kl_histogram *h, int64_t us)
{
	uint64_t value = us < 0 ? 0 : (uint64_t)us;

	h->counts[bucket_of(value)]++;
	h->total++;
	if(value > h->max)
		h->max = value;
}

uint64_t kl_histogram_at(const struct kl_histogram *h, double share)
{
	uint64_t seen = 0;
	double wanted = share * (double)h->total;
	unsigned i;

	if(h->total == 0)
		return 0;
	for(i = 0; i < KL_BUCKETS; i++) {
		seen += h->counts[i];
		if(seen > 0 && (double)seen >= wanted)
			return largest_in(i) < h->max ? largest_in(i) : h->max;
	}
	return h->max;
}
