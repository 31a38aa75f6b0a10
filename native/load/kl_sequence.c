/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kl_sequence.h"

/* FNV-1a */
static uint32_t hash_of(struct kl_str s)
{
	uint32_t hash = 2166136261u;
	size_t i;

	for(i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)s.s[i]) * 16777619u;
	return hash;
}

enum kl_arrival kl_sequence_add(
		struct kl_sequence *s, uint32_t cseq, struct kl_str branch)
{
	uint32_t *hash = &s->hashes[cseq % KL_REMEMBERED];
	uint32_t before = *hash, step, behind;

	if(!s->begun || cseq > s->highest) {
		*hash = hash_of(branch);
		step = s->begun ? cseq - s->highest : 1;
		s->begun = true;
		s->seen = step < 64 ? s->seen << step | 1 : 1;
		s->highest = cseq;
		s->missing += step - 1;
		return step == 1 ? KL_IN_ORDER : KL_AFTER_GAP;
	}
	behind = s->highest - cseq;
	if(behind >= 64 || (s->seen >> behind & 1) != 0)
		return behind < KL_REMEMBERED && before == hash_of(branch)
					   ? KL_RETRANSMITTED
					   : KL_REPEATED;
	if(behind < KL_REMEMBERED)
		*hash = hash_of(branch);
	s->seen |= UINT64_C(1) << behind;
	if(s->missing > 0)
		s->missing--;
	return KL_LATE;
}
