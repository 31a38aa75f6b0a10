/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Agrona's ring buffers, byte for byte (org.agrona.concurrent.ringbuffer 2.x):
 * capacity a power of two, then a trailer of 768 bytes; records of an 8-byte
 * header (int32 length incl. header, int32 type > 0; negative length: still
 * being written; type -1: padding), aligned to 8. A message is at most
 * capacity / 8 bytes. Two contracts that must not be mixed:
 *  - many-to-one: the consumer zeroes what it has read;
 *  - one-to-one: the producer zeroes the next header before it publishes.
 */
#ifndef KW_RING_H
#define KW_RING_H

#include <stddef.h>
#include <stdint.h>

#define KW_RING_OK 0
#define KW_RING_FULL -1
#define KW_RING_TOO_LONG -2
#define KW_RING_BAD_TYPE -3
/* A position or a record in shared memory does not add up. A reader then drops
 * everything up to the tail, so that the ring works again. */
#define KW_RING_CORRUPT -4

/* buffer: capacity + KW_RING_TRAILER bytes, 8-aligned. */
struct kw_ring
{
	uint8_t *buffer;
	uint32_t capacity;
};

/* Called for each record; data is valid during the call only. */
typedef void (*kw_ring_handler)(
		int32_t type, const uint8_t *data, uint32_t length, void *arg);

/* Any process, any number at once. Copies length bytes in. */
int kw_mpsc_write(
		struct kw_ring *r, int32_t type, const void *data, uint32_t length);
/* The single consumer. Returns records handled, at most limit, or
 * KW_RING_CORRUPT (records handled before it are gone from the ring, too). */
int kw_mpsc_read(struct kw_ring *r, kw_ring_handler h, void *arg, int limit);
/* Frees a claim that a dead producer left at the head: 1 if it did. Only the
 * consumer, and only when the head has not moved for a while. */
int kw_mpsc_unblock(struct kw_ring *r);
/* Forgets everything: for the keeper, after the consumer (engine) has been
 * reaped. Waits at most grace_ns for claims in progress, then sets head =
 * tail and zeroes what lay between. Returns records dropped. */
int kw_mpsc_quiesce(struct kw_ring *r, uint64_t grace_ns);

/* The single producer / the single consumer. kw_spsc_read copies a record out
 * and moves head before it calls h: a record is handled at most once, also when
 * h never returns. Returns as kw_mpsc_read(). */
int kw_spsc_write(
		struct kw_ring *r, int32_t type, const void *data, uint32_t length);
int kw_spsc_read(struct kw_ring *r, kw_ring_handler h, void *arg, int limit);
/* For the consumer, when no producer exists: empties and zeroes the ring. */
void kw_spsc_reset(struct kw_ring *r);

/* Bytes between head and tail (approximate while others write). */
uint32_t kw_ring_size(struct kw_ring *r);
int64_t kw_ring_head(struct kw_ring *r);
int64_t kw_ring_tail(struct kw_ring *r);

/* The region's rings. i < courier_count. */
struct kw_ring kw_events(void *base);
struct kw_ring kw_commands(void *base, uint32_t i);
/* Writes to the event ring, counts a refusal (ring_full) and wakes the engine
 * if it sleeps; if it only dozes, results of commands wait until it has dozed.
 * KW_RING_*. */
int kw_event_write(void *base, int32_t type, const void *data, uint32_t length);

#endif
