/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define _GNU_SOURCE
#include <sched.h>
#include <string.h>
#include <sys/mman.h>

#include "kw_region.h"
#include "kw_stress.h"

static void produce(struct kw_ring *ring, uint32_t producer, uint32_t count)
{
	uint8_t m[8 + 200];
	uint32_t number;

	for(number = 0; number < count; number++) {
		uint32_t fill = number % 200;

		memcpy(m, &producer, 4);
		memcpy(m + 4, &number, 4);
		memset(m + 8, (int)(producer + number), fill);
		for(;;) {
			int rc = kw_mpsc_write(ring, 1 + (int32_t)producer, m, 8 + fill);

			if(rc == KW_RING_OK)
				break;
			CHECK(rc == KW_RING_FULL);
			sched_yield();
		}
	}
}

void fork_producers(struct kw_ring *ring, uint32_t producers, uint32_t count)
{
	_Atomic uint32_t *ready = mmap(NULL, KW_PAGE, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint32_t i;

	CHECK(ready != MAP_FAILED);
	for(i = 0; i < producers; i++) {
		if(child()) {
			pin((int)(i % 2));
			atomic_fetch_add(ready, 1);
			wait_for(ready, producers);
			produce(ring, i, count);
			exit(0);
		}
	}
}

struct seen
{
	uint32_t next[64];
	uint64_t total;
};

static void see(int32_t type, const uint8_t *data, uint32_t length, void *arg)
{
	struct seen *seen = arg;
	uint32_t producer;
	uint32_t number;
	uint32_t i;

	memcpy(&producer, data, 4);
	memcpy(&number, data + 4, 4);
	CHECK(producer < 64 && type == 1 + (int32_t)producer);
	CHECK(number == seen->next[producer] && length == 8 + number % 200);
	for(i = 8; i < length; i++)
		CHECK(data[i] == (uint8_t)(producer + number));
	seen->next[producer]++;
	seen->total++;
}

int mode_ring(const char *path, uint32_t producers, uint32_t count)
{
	struct kw_ring ring = {NULL, 1024 * 1024};
	struct seen seen;

	memset(&seen, 0, sizeof(seen));
	ring.buffer = map(path, ring.capacity + KW_RING_TRAILER);
	fork_producers(&ring, producers, count);
	while(seen.total < (uint64_t)producers * count) {
		int n = kw_mpsc_read(&ring, see, &seen, 100);

		CHECK(n >= 0);
		if(n == 0)
			sched_yield();
	}
	all_children_end_well();
	CHECK(kw_ring_size(&ring) == 0);
	printf("records=%llu\n", (unsigned long long)seen.total);
	return 0;
}
