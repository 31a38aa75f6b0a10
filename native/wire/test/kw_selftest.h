/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the parts of kw_selftest share.
 */
#ifndef KW_SELFTEST_H
#define KW_SELFTEST_H

#include "kw_ring.h"
#include "kw_test.h"

#define MAX_CAPACITY 4096 /* of the rings it makes */

/* A kind of ring: the two ends in C. */
struct kind
{
	int (*write)(struct kw_ring *, int32_t, const void *, uint32_t);
	int (*read)(struct kw_ring *, kw_ring_handler, void *, int);
};
extern const struct kind kinds[2];

struct expected
{
	uint64_t next; /* records seen */
	uint64_t sum;  /* of all bytes, so that all are read */
};
/* A kw_ring_handler that reads every byte it is given. */
void touch(int32_t type, const uint8_t *data, uint32_t length, void *arg);

void ring_is_a_queue(struct random *r, const struct kind *k);
void damaged_ring_recovers(struct random *r, const struct kind *k);

#endif
