/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The modes of kw_stress and what they share.
 */
#ifndef KW_STRESS_H
#define KW_STRESS_H

#include <stdatomic.h>
#include <stdint.h>

#include "kw_ring.h"
#include "kw_test.h"

#define MS UINT64_C(1000000)
/* No mode runs longer, whatever goes wrong. */
#define PATIENCE_S 20

/* A file, grown to length if it is shorter, shared. */
void *map(const char *path, uint64_t length);
/* Forks: 1 in the child, which dies with us and never outlives PATIENCE_S. */
int child(void);
void all_children_end_well(void);
/* Spins, then yields, until the word has come so far. */
void wait_for(_Atomic uint32_t *word, uint32_t at_least);
/* On the n-th processor that we may use: racers must run at the same time, and
 * a busy machine likes to put them all on one. */
void pin(int n);
/* Wastes a moment of random length. */
void dawdle(struct random *r);

void fork_producers(struct kw_ring *ring, uint32_t producers, uint32_t count);
int mode_ring(const char *path, uint32_t producers, uint32_t count);
int mode_wake(const char *path, uint64_t run_ns);
int mode_publish(
		const char *path, uint32_t flag_at, uint32_t data_at, uint32_t count);
int mode_deferrals(const char *path, uint32_t processes, uint32_t rounds);
int mode_frames(const char *path, uint32_t callers, uint32_t calls);

#endif
