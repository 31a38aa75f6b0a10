/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The command line.
 */
#ifndef KL_OPTIONS_H
#define KL_OPTIONS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* What is measured; what must stand before is made first. */
enum kl_kind {
	KL_PUBLISH,	  /* a modification of a publication */
	KL_SUBSCRIBE, /* a new subscription and its first NOTIFY */
	KL_REFRESH,	  /* a refresh and its NOTIFY */
	KL_KINDS
};

struct kl_scenario
{
	const char *name;
	const char *what;
	unsigned percent[KL_KINDS]; /* of the operations that are measured */
	bool needs_watchers;
	bool awaits_notify; /* a PUBLISH ends when every watcher has its state */
	bool open_loop;		/* --rate decides, not --window */
};

struct kl_options
{
	const struct kl_scenario *scenario;
	struct sockaddr_in server;
	bool tcp;
	bool ignore_busy; /* go on at once after the busy answer */
	bool handshake;	  /* "ready", a line on stdin, measure, "measured" */
	bool documents;	  /* publish before subscribing, as phones do */
	unsigned sockets;
	unsigned presentities;
	unsigned watchers; /* of each presentity */
	unsigned window;   /* operations under way, closed loop */
	unsigned setup_window;
	unsigned rate;		 /* operations per second, open loop */
	unsigned operations; /* end of the measurement; 0: only the time counts */
	unsigned warmup_operations; /* the warm-up has at least so many */
	unsigned body;				/* bytes of a document */
	unsigned expires;			/* seconds */
	unsigned after_rate; /* operations per second after the measurement */
	double seconds, warmup, after, drain, setup_limit;
	int64_t t1;			  /* RFC 3261 T1, nanoseconds */
	int64_t fanout_limit; /* nanoseconds until a state counts as not arrived */
	char prefix[32];	  /* of all users */
};

/* 0, or the exit code after a word on stderr. */
int kl_options_parse(struct kl_options *options, int argc, char **argv);

#endif
