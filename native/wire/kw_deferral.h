/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Deferral records: SIP requests whose final reply leaves after the commit
 * (bridge.md 6). The worker fills a record before it calls the engine (OPEN),
 * so that the answer may come before the call returns. Whoever swaps OPEN ->
 * ANSWERING sends the one and only reply: a reply courier on the engine's
 * command, a reply courier at the deadline or when the engine is gone (the
 * busy answer). The worker itself swaps OPEN -> FREE when the engine answered
 * in the call.
 */
#ifndef KW_DEFERRAL_H
#define KW_DEFERRAL_H

#include "kw_region.h"

#define KW_DEFERRAL_FREE 0
#define KW_DEFERRAL_FILLING 1
#define KW_DEFERRAL_OPEN 2
#define KW_DEFERRAL_ANSWERING 3
#define KW_DEFERRAL_LINGERING \
	4 /* answered; the transaction reference is held */

#define KW_DEFERRAL_TAG 256
#define KW_DEFERRAL_HEADERS (KW_DEFERRAL_STRIDE - 64 - KW_DEFERRAL_TAG)

struct kw_deferral
{
	union
	{
		struct
		{
			_Atomic uint32_t state;
			_Atomic uint32_t generation; /* +1 per use, never 0 */
		};
		/* Both at once: a late caller can not touch the record's next use. */
		_Atomic uint64_t identity;
	};
	uint32_t epoch;		 /* the engine that was asked */
	uint32_t hash_index; /* tm's identifiers of the transaction */
	uint32_t label;
	uint32_t process_no;
	uint64_t deadline_ns; /* CLOCK_MONOTONIC */
	uint64_t linger_ns;	  /* until when the reference is held */
	uint64_t cell;		  /* address of tm's cell in the workers */
	uint16_t tag_length;
	uint16_t headers_length;
	uint32_t busy_code; /* copied so that the courier needs no config */
	uint64_t reserved;
	char tag[KW_DEFERRAL_TAG];
	char headers[KW_DEFERRAL_HEADERS]; /* appended by the script, CRLF lines */
};
_Static_assert(sizeof(struct kw_deferral) == KW_DEFERRAL_STRIDE, "deferral");

/* NULL unless i < deferral_count. */
struct kw_deferral *kw_deferral_at(void *base, uint32_t i);
/* A FREE record, now FILLING with its generation raised; -1 if none. */
int32_t kw_deferral_claim(void *base);
/* FILLING -> OPEN. Fails (-1, record freed) if tag or headers do not fit. */
int kw_deferral_open(void *base, struct kw_deferral *d, const char *tag,
		uint32_t tag_length, const char *headers, uint32_t headers_length);
/* 1 if this caller won the right to answer (OPEN -> ANSWERING). */
int kw_deferral_win(struct kw_deferral *d, uint32_t generation);
/* OPEN, FILLING, ANSWERING or LINGERING -> FREE. from: the expected state.
 * 1 if this caller freed it; 0 if state or generation are others. */
int kw_deferral_free(
		void *base, struct kw_deferral *d, uint32_t generation, uint32_t from);

#endif
