/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kl_report.h"
#include "kl_clock.h"
#include "kl_subscription.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const kinds[KL_KINDS] = {"publish", "subscribe", "refresh"};

static void number(const char *name, uint64_t value)
{
	printf("\"%s\": %" PRIu64 ", ", name, value);
}

static void quantiles(const struct kl_histogram *h)
{
	number("p50_us", kl_histogram_at(h, 0.5));
	number("p99_us", kl_histogram_at(h, 0.99));
	number("p999_us", kl_histogram_at(h, 0.999));
	printf("\"max_us\": %" PRIu64, h->max);
}

static void counts(
		const struct kl_load *load, enum kl_kind kind, double seconds)
{
	const struct kl_counts *c = &load->stats.kinds[kind];
	bool first = true;
	unsigned code;

	printf("\"%s\": {", kinds[kind]);
	number("sent", c->sent);
	number("completed", c->completed);
	printf("\"per_second\": %.1f, ", (double)c->completed / seconds);
	number("busy", c->busy);
	number("timeouts", c->timeouts);
	number("incomplete", c->incomplete);
	printf("\"codes\": {");
	for(code = 0; code < KL_CODES; code++)
		if(c->codes[code] > 0) {
			printf("%s\"%u\": %" PRIu64, first ? "" : ", ", code,
					c->codes[code]);
			first = false;
		}
	printf("}, ");
	quantiles(&c->latency);
	printf("}, ");
}

static void notifies(const struct kl_load *load, double seconds)
{
	const struct kl_checks *checks = &load->checks;
	uint64_t lost = 0, most = 0;
	uint32_t i;

	for(i = 0; i < load->n_dialogs; i++) {
		lost += load->dialogs[i].notifies.missing;
		if(load->dialogs[i].shown > most)
			most = load->dialogs[i].shown;
	}
	printf("\"notify\": {");
	number("received", load->stats.notifies);
	printf("\"per_second\": %.1f, ",
			(double)load->stats.notifies_measured / seconds);
	number("lost", lost);
	number("repeated", checks->notify_repeated);
	number("retransmitted", checks->notify_retransmitted);
	number("late", checks->notify_late);
	number("backwards", checks->backwards);
	number("stale_watchers", kl_stale_watchers(load));
	number("terminated", checks->terminated);
	number("unknown", checks->unknown);
	number("most_per_watcher", most);
	quantiles(&load->stats.notify_latency);
	printf("}, ");
}

static int64_t ms(int64_t from, int64_t to)
{
	return to > from ? (to - from) / KL_MS : 0;
}

void kl_report(const struct kl_load *load, const struct kl_course *course)
{
	const struct kl_stats *s = &load->stats;
	double seconds = (double)course->measured / (double)KL_S;
	int64_t end = course->measure_began + course->measured;
	unsigned i;

	if(seconds <= 0)
		seconds = 1e-9;
	printf("{\"scenario\": \"%s\", \"transport\": \"%s\", \"seconds\": %.3f, ",
			load->o->scenario->name, load->o->tcp ? "tcp" : "udp", seconds);
	for(i = 0; i < KL_KINDS; i++)
		counts(load, (enum kl_kind)i, seconds);
	notifies(load, seconds);
	number("documents", load->n_published);
	number("subscriptions", load->n_up);
	number("retransmitted", s->retransmitted);
	number("skipped", s->skipped);
	number("stray_replies", s->stray_replies);
	number("malformed", load->checks.malformed);
	number("longest_pause_ms", (uint64_t)(s->longest_pause / KL_MS));
	number("last_notify_ms",
			(uint64_t)ms(course->measure_began, s->last_notify));
	printf("\"after\": {\"ok\": %" PRIu64 ", \"failed\": %" PRIu64
		   ", \"trouble_ms\": %" PRId64 "}, ",
			s->after_ok, s->after_failed, ms(end, s->last_trouble));
	printf("\"generator\": {\"cpu_us\": %" PRId64 ", \"drops\": %" PRIu64
		   "}}\n",
			course->cpu / KL_US, kl_net_drops(&load->net));
	fflush(stdout);
}
