/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The door to usrloc, its files among themselves. One state per process.
 */
#ifndef KJ_USRLOC_H
#define KJ_USRLOC_H

#include "kj_runtime.h"

#include "core/utils/sruid.h"
#include "modules/usrloc/usrloc.h"

#define KJ_AOR_ROOM 1024

struct kj_ul
{
	usrloc_api_t api;
	int bound;
	int own;	   /* 1 while the engine's work is done */
	int64_t marks; /* of the script that runs */
	int flagged;   /* branch flag that the script's call has set, or -1 */
	sruid_t ruids;
};

extern struct kj_ul kj_ul;

/* kj_usrloc_tell.c: usrloc's callback, under the slot's lock */
void kj_usrloc_changed(ucontact_t *c, int type, void *param);

#endif
