/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * First in, first out, as long as memory lasts.
 */
#ifndef KL_QUEUE_H
#define KL_QUEUE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* A presentity or a dialog, and when something is due. */
struct kl_item
{
	uint32_t index;
	bool dialog;
	int64_t at;
};

/* All zero when empty. */
struct kl_queue
{
	struct kl_item *items;
	uint32_t from, count, size;
};

static inline bool kl_queue_grow(struct kl_queue *q)
{
	uint32_t size = q->size == 0 ? 64 : q->size * 2, i;
	struct kl_item *items = malloc(size * sizeof(*items));

	if(items == NULL)
		return false;
	for(i = 0; i < q->count; i++)
		items[i] = q->items[(q->from + i) & (q->size - 1)];
	free(q->items);
	q->items = items;
	q->from = 0;
	q->size = size;
	return true;
}

static inline bool kl_queue_add(struct kl_queue *q, struct kl_item item)
{
	if(q->count == q->size && !kl_queue_grow(q))
		return false;
	q->items[(q->from + q->count++) & (q->size - 1)] = item;
	return true;
}

static inline struct kl_item *kl_queue_first(struct kl_queue *q)
{
	return q->count == 0 ? NULL : &q->items[q->from];
}

/* Of a queue that is not empty. */
static inline struct kl_item kl_queue_take(struct kl_queue *q)
{
	struct kl_item item = q->items[q->from];

	q->from = (q->from + 1) & (q->size - 1);
	q->count--;
	return item;
}

#endif
