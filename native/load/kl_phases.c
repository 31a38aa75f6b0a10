/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kl_phases.h"
#include "kl_clock.h"
#include "kl_subscription.h"

#include <stdio.h>
#include <sys/resource.h>

/* A warm-up by number of operations takes at most so many times its time. */
#define WARMUP_MOST 8

static int64_t cpu_time(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * KL_S
		   + (use.ru_utime.tv_usec + use.ru_stime.tv_usec) * KL_US;
}

static void measure(struct kl_course *course, struct kl_load *load)
{
	uint32_t i;

	memset(&load->stats, 0, sizeof(load->stats));
	load->stats.last_success = load->now;
	for(i = 0; i < load->n_dialogs; i++)
		load->dialogs[i].shown = 0;
	course->measure_began = load->now;
	course->cpu_began = cpu_time();
}

static void say(const char *word)
{
	printf("%s\n", word);
	fflush(stdout);
}

static void free_all_presentities(struct kl_load *load)
{
	uint32_t i;

	for(i = 0; i < load->o->presentities; i++)
		kl_must(load, kl_queue_add(&load->free_presentities,
							  (struct kl_item){i, false, 0}));
}

static void enter(
		struct kl_course *course, struct kl_load *load, enum kl_phase phase)
{
	enum kl_phase left = load->phase;

	load->phase = phase;
	course->began = load->now;
	/* the load goes on unchanged between these */
	if(phase != KL_READY && !(left == KL_READY && phase == KL_MEASURE))
		kl_pace_reset(&course->pace, load->now);
	if(left == KL_DOCUMENTS && phase != KL_DOCUMENTS)
		free_all_presentities(load);
	if(phase == KL_READY) {
		say("ready");
		kl_must(load, kl_net_watch_input(&load->net));
	} else if(phase == KL_MEASURE) {
		course->pace.started = 0;
		measure(course, load);
	} else if(left == KL_MEASURE) {
		course->measured = load->now - course->measure_began;
		course->cpu = cpu_time() - course->cpu_began;
		if(load->now - load->stats.last_success > load->stats.longest_pause)
			load->stats.longest_pause = load->now - load->stats.last_success;
		if(load->o->handshake)
			say("measured");
	}
}

void kl_course_begin(struct kl_course *course, struct kl_load *load)
{
	bool publishes = load->o->scenario->percent[KL_PUBLISH] > 0;

	memset(course, 0, sizeof(*course));
	load->now = kl_now();
	load->phase = KL_DOCUMENTS;
	course->began = load->now;
	if(load->o->documents || publishes)
		free_all_presentities(load);
	else
		load->n_published = load->o->presentities;
	kl_pace_reset(&course->pace, load->now);
}

static bool measurement_is_over(
		const struct kl_course *course, const struct kl_load *load)
{
	double passed = (double)(load->now - course->began) / (double)KL_S;

	return passed >= load->o->seconds
		   || (load->o->operations > 0
				   && course->pace.started >= load->o->operations
				   && load->under_way == 0);
}

static bool nothing_is_owed(const struct kl_load *load)
{
	return load->txs->n_active == 0 && load->under_way == 0
		   && kl_stale_watchers(load) == 0;
}

static enum kl_phase next_phase(
		const struct kl_course *course, const struct kl_load *load)
{
	const struct kl_options *o = load->o;
	double passed = (double)(load->now - course->began) / (double)KL_S;

	switch(load->phase) {
		case KL_DOCUMENTS:
			return load->n_published < o->presentities || load->under_way > 0
						   ? KL_DOCUMENTS
						   : KL_SUBSCRIPTIONS;
		case KL_SUBSCRIPTIONS:
			return load->n_up < kl_wanted_watchers(load) || load->under_way > 0
						   ? KL_SUBSCRIPTIONS
						   : KL_WARMUP;
		case KL_WARMUP:
			if(passed < o->warmup
					|| (course->pace.started < o->warmup_operations
							&& passed < WARMUP_MOST * o->warmup))
				return KL_WARMUP;
			return o->handshake ? KL_READY : KL_MEASURE;
		case KL_READY:
			return load->net.input_ready ? KL_MEASURE : KL_READY;
		case KL_MEASURE:
			if(!measurement_is_over(course, load))
				return KL_MEASURE;
			return o->after > 0 ? KL_AFTER : KL_DRAIN;
		case KL_AFTER:
			return passed < o->after ? KL_AFTER : KL_DRAIN;
		default:
			return passed >= o->drain || nothing_is_owed(load) ? KL_END
															   : KL_DRAIN;
	}
}

bool kl_course_tick(struct kl_course *course, struct kl_load *load)
{
	enum kl_phase next = next_phase(course, load);

	if(next != load->phase) {
		enter(course, load, next);
		return true;
	}
	if(load->phase <= KL_SUBSCRIPTIONS
			&& (double)(load->now - course->began)
					   > load->o->setup_limit * (double)KL_S) {
		fprintf(stderr,
				"kamjvm-load: not ready in time: %u documents, %u "
				"subscriptions\n",
				load->n_published, load->n_up);
		return false;
	}
	return true;
}
