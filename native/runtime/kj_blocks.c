/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "kj_blocks.h"

static void keep(struct kj_blocks *b, char c)
{
	if(b->length < KJ_BLOCK_MAX)
		b->text[b->length++] = c;
	else
		b->cut = 1;
}

/* 1 if this byte, an LF, ends an empty line. */
static int ends_empty_line(const struct kj_blocks *b)
{
	return b->line == 0 || (b->line == 1 && b->last == '\r');
}

size_t kj_blocks_feed(
		struct kj_blocks *b, const char *bytes, size_t n, int *complete)
{
	*complete = 0;
	for(size_t i = 0; i < n; i++) {
		char c = bytes[i];
		if(c == '\n' && ends_empty_line(b)) {
			/* a CR that turned out to be an empty line's was kept */
			int content = b->cut || b->length > (uint32_t)b->line;
			b->line = 0;
			b->last = c;
			if(content) {
				*complete = 1;
				return i + 1;
			}
			kj_blocks_next(b);
			continue;
		}
		keep(b, c);
		if(c == '\n')
			b->line = 0;
		else if(b->line < 2)
			b->line++;
		b->last = c;
	}
	return n;
}

void kj_blocks_next(struct kj_blocks *b)
{
	b->length = 0;
	b->cut = 0;
	b->line = 0;
	b->last = '\n';
}
