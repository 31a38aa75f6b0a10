/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the CSeq numbers of one dialog's NOTIFYs tell: a NOTIFY that never came
 * leaves a gap, one that came twice was either sent again by the same
 * transaction (its branch is the same: a retransmission) or by another one (a
 * repetition, which RFC 6665 and every watcher take ill).
 */
#ifndef KL_SEQUENCE_H
#define KL_SEQUENCE_H

#include "kl_text.h"

#define KL_REMEMBERED 32

enum kl_arrival {
	KL_IN_ORDER,
	KL_AFTER_GAP,
	KL_LATE,		  /* fills a gap: overtaken by a newer one */
	KL_RETRANSMITTED, /* same CSeq, same transaction */
	KL_REPEATED		  /* same CSeq, another transaction */
};

/* All zero before the first NOTIFY, whose number may be any. */
struct kl_sequence
{
	uint64_t seen; /* bit i: highest - i was there */
	uint32_t highest;
	uint32_t missing; /* numbers below the highest that were not there */
	uint32_t hashes[KL_REMEMBERED]; /* of branches, by CSeq */
	bool begun;
};

enum kl_arrival kl_sequence_add(
		struct kl_sequence *s, uint32_t cseq, struct kl_str branch);

#endif
