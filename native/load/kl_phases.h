/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The course of a run: what must stand is made, the load warms the server up,
 * is measured, and what is owed afterwards is waited for.
 */
#ifndef KL_PHASES_H
#define KL_PHASES_H

#include "kl_load.h"
#include "kl_pace.h"

struct kl_course
{
	struct kl_pace pace;
	int64_t began;					 /* the phase */
	int64_t measure_began, measured; /* nanoseconds */
	int64_t cpu_began, cpu;			 /* our own, nanoseconds */
};

void kl_course_begin(struct kl_course *course, struct kl_load *load);

/* Enters the next phase when this one is over; false, with a word on stderr,
 * when what must stand can not be made. */
bool kl_course_tick(struct kl_course *course, struct kl_load *load);

#endif
