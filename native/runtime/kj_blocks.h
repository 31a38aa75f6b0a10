/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Cuts a stream of bytes into blocks: what stands between empty lines. An
 * empty line is LF, or CR LF, at the start of a line. What a block says is not
 * looked at. Nothing here knows Kamailio.
 */
#ifndef KJ_BLOCKS_H
#define KJ_BLOCKS_H

#include <stdint.h>
#include <sys/types.h>

/* Longest block, its last line end included; of a longer one the beginning is
 * kept. A body of a UDP packet and the lines around it fit. */
#define KJ_BLOCK_MAX (72 * 1024)

struct kj_blocks
{
	uint32_t length; /* of the block under way */
	int cut;		 /* 1: it was longer than KJ_BLOCK_MAX */
	int line;		 /* bytes of the line under way, 0 to 2; 2: or more */
	char last;		 /* the byte before */
	char text[KJ_BLOCK_MAX];
};

/* Takes bytes up to the end of a block that has content. Returns how many were
 * taken; *complete is 1 if a block is complete: text, length and cut tell it,
 * until kj_blocks_next(). */
size_t kj_blocks_feed(
		struct kj_blocks *b, const char *bytes, size_t n, int *complete);
void kj_blocks_next(struct kj_blocks *b);

#endif
