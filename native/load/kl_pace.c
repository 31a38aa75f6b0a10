/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kl_pace.h"
#include "kl_clock.h"
#include "kl_publication.h"
#include "kl_subscription.h"

/* An open loop that is late by more gives operations up. */
#define LATE_MOST KL_S

static bool measured(const struct kl_load *load)
{
	return load->phase >= KL_WARMUP && load->phase <= KL_AFTER;
}

static bool open_loop(const struct kl_load *load)
{
	return load->o->scenario->open_loop && measured(load);
}

/* Spreads the kinds evenly: 37 and 100 have no common factor. */
static enum kl_kind kind_of(const struct kl_load *load, uint64_t number)
{
	unsigned at = (unsigned)(number * 37 % 100), i;

	for(i = 0; i + 1 < KL_KINDS; i++) {
		if(at < load->o->scenario->percent[i])
			break;
		at -= load->o->scenario->percent[i];
	}
	return (enum kl_kind)i;
}

static bool start(struct kl_load *load, enum kl_kind kind, int64_t due)
{
	switch(kind) {
		case KL_PUBLISH:
			return kl_publish(load, due);
		case KL_SUBSCRIBE:
			return kl_subscribe(load, due);
		default:
			return kl_refresh(load, due);
	}
}

static bool may_start(const struct kl_pace *pace, const struct kl_load *load)
{
	const struct kl_options *o = load->o;

	switch(load->phase) {
		case KL_DOCUMENTS:
			return load->free_presentities.count > 0;
		case KL_SUBSCRIPTIONS:
			return load->again.count > 0
				   || load->n_dialogs < kl_wanted_watchers(load);
		case KL_WARMUP:
		case KL_READY:
			return o->warmup > 0;
		case KL_MEASURE:
			return o->operations == 0 || pace->started < o->operations;
		default:
			return measured(load);
	}
}

static void pump_closed(struct kl_pace *pace, struct kl_load *load)
{
	bool setup = !measured(load);
	unsigned window = setup ? load->o->setup_window : load->o->window;
	enum kl_kind kind;

	while(load->under_way < window && may_start(pace, load)) {
		if(setup)
			kind = load->phase == KL_DOCUMENTS ? KL_PUBLISH : KL_SUBSCRIBE;
		else
			kind = kind_of(load, pace->started);
		if(!start(load, kind, kl_now()))
			return;
		pace->started++;
	}
}

static void pump_open(struct kl_pace *pace, struct kl_load *load)
{
	unsigned rate =
			load->phase == KL_AFTER ? load->o->after_rate : load->o->rate;

	while(pace->next <= load->now && may_start(pace, load)) {
		if(!start(load, kind_of(load, pace->started), pace->next)) {
			if(load->o->operations > 0 || load->now - pace->next <= LATE_MOST)
				return;
			load->stats.skipped++;
		}
		pace->started++;
		pace->next += KL_S / rate;
	}
}

void kl_pace_pump(struct kl_pace *pace, struct kl_load *load)
{
	if(open_loop(load))
		pump_open(pace, load);
	else
		pump_closed(pace, load);
}

int64_t kl_pace_wait(
		const struct kl_pace *pace, const struct kl_load *load, int64_t most)
{
	int64_t wait;

	if(!open_loop(load) || !may_start(pace, load))
		return most;
	wait = pace->next - load->now;
	/* late already: something must come back first */
	if(wait <= 0)
		return KL_MS;
	return wait < most ? wait : most;
}

void kl_pace_reset(struct kl_pace *pace, int64_t now)
{
	pace->started = 0;
	pace->next = now;
}
