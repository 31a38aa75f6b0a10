/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When the next operation starts: as soon as one of a window is over (closed
 * loop), or when it is due (open loop: a slow server does not slow us down, and
 * latency counts from when it was due).
 */
#ifndef KL_PACE_H
#define KL_PACE_H

#include "kl_load.h"

struct kl_pace
{
	uint64_t started; /* operations of the present phase */
	int64_t next;	  /* when the next is due, open loop */
};

/* Starts what may start. */
void kl_pace_pump(struct kl_pace *pace, struct kl_load *load);

/* How long nothing can become due, at most `most` nanoseconds. */
int64_t kl_pace_wait(
		const struct kl_pace *pace, const struct kl_load *load, int64_t most);

/* A phase begins. */
void kl_pace_reset(struct kl_pace *pace, int64_t now);

#endif
