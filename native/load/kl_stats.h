/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is counted.
 */
#ifndef KL_STATS_H
#define KL_STATS_H

#include "kl_histogram.h"
#include "kl_options.h"

#define KL_CODES 700

/* One kind of operation. */
struct kl_counts
{
	uint64_t sent;
	uint64_t codes[KL_CODES]; /* final replies */
	uint64_t busy;			  /* of these, with Retry-After and 5xx */
	uint64_t timeouts;
	uint64_t incomplete; /* answered, but a NOTIFY did not come in time */
	uint64_t completed;	 /* well, before the measurement was over */
	struct kl_histogram latency; /* to the 2xx */
};

/* From the start of the measurement on. */
struct kl_stats
{
	struct kl_counts kinds[KL_KINDS];
	uint64_t retransmitted;		/* by us */
	uint64_t skipped;			/* could not be started when they were due */
	uint64_t notifies;			/* all that came */
	uint64_t notifies_measured; /* before the measurement was over */
	uint64_t stray_replies;
	struct kl_histogram notify_latency; /* from the PUBLISH that it shows */
	int64_t last_success;				/* time of the last 2xx */
	int64_t longest_pause;				/* nanoseconds without a 2xx */
	int64_t last_notify;
	int64_t last_trouble; /* after the measurement; 0: none */
	uint64_t after_ok, after_failed;
};

/* From the first request on: what must not happen. */
struct kl_checks
{
	uint64_t notify_retransmitted; /* the server sent again */
	uint64_t notify_repeated;	   /* a CSeq came in two transactions */
	uint64_t notify_late;		   /* overtaken by a newer one */
	uint64_t backwards;			   /* a newer CSeq with an older state */
	uint64_t terminated;
	uint64_t unknown;	/* of no dialog of ours */
	uint64_t malformed; /* not SIP */
};

#endif
