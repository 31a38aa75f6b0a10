/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything that one run of the load generator knows. One thread.
 */
#ifndef KL_LOAD_H
#define KL_LOAD_H

#include "kl_queue.h"
#include "kl_sequence.h"
#include "kl_sip.h"
#include "kl_stats.h"
#include "kl_tx.h"

#define KL_TOKEN 96
#define KL_STATES 16

enum kl_phase {
	KL_DOCUMENTS,	  /* every presentity gets a first document */
	KL_SUBSCRIPTIONS, /* every watcher subscribes */
	KL_WARMUP,
	KL_READY, /* the load goes on, we wait for the word */
	KL_MEASURE,
	KL_AFTER, /* a smaller load: is everything well again? */
	KL_DRAIN, /* no more operations, NOTIFYs may still come */
	KL_END
};

/* States are numbered from 1. */
struct kl_presentity
{
	char etag[KL_TOKEN];
	uint32_t sent, acknowledged;
	uint32_t reached; /* watchers that have been shown what was sent last */
	bool under_way;	  /* its PUBLISH, or the NOTIFYs that it waits for */
	bool answered;
	int64_t deadline;		/* of the NOTIFYs */
	int64_t due[KL_STATES]; /* of the states sent last, by number */
};

struct kl_dialog
{
	char remote_tag[KL_TOKEN];
	struct kl_sequence notifies;
	uint32_t presentity;
	uint32_t cseq;	/* of our last SUBSCRIBE */
	uint32_t state; /* newest state shown */
	uint32_t shown; /* NOTIFYs since the measurement began */
	bool up, under_way, answered, notified;
	int64_t deadline; /* of the NOTIFY that a SUBSCRIBE brings */
};

struct kl_load
{
	const struct kl_options *o;
	struct kl_net net;
	struct kl_txs *txs;
	enum kl_phase phase;
	bool failed;
	int64_t now;
	struct kl_presentity *presentities;
	struct kl_dialog *dialogs;
	uint32_t n_dialogs, room_for_dialogs, n_up, n_published;
	struct kl_queue free_presentities, free_dialogs;
	struct kl_queue again;	  /* dialogs whose first SUBSCRIBE failed */
	struct kl_queue owed;	  /* NOTIFYs waited for, in order of deadlines */
	struct kl_queue punished; /* those who were told to wait */
	uint32_t under_way;
	char *padding;		   /* fills documents */
	char *scratch;		   /* KL_MESSAGE_MAX bytes for one message */
	char target[KL_TOKEN]; /* the server's Contact */
	struct kl_stats stats;
	struct kl_checks checks;
};

/* Watchers that have to stand before the measurement. */
static inline uint64_t kl_wanted_watchers(const struct kl_load *load)
{
	if(!load->o->scenario->needs_watchers)
		return 0;
	return (uint64_t)load->o->presentities * load->o->watchers;
}

/* What has to be sent, has to be remembered; else the run is worth nothing. */
static inline void kl_must(struct kl_load *load, bool done)
{
	if(!done)
		load->failed = true;
}

#endif
