/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * kamjvm-load: publishers and watchers by the thousand in one thread, to
 * measure presence servers. Exit code 0: the report is on stdout. 1: internal
 * error. 2: wrong command line. 3: what must stand before the measurement can
 * not be made.
 */
#include "kl_clock.h"
#include "kl_phases.h"
#include "kl_publication.h"
#include "kl_report.h"
#include "kl_subscription.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#define TICK (20 * KL_MS)

static void heard(void *context, unsigned socket, const char *data, size_t len)
{
	struct kl_load *load = context;
	struct kl_sip message;
	struct kl_tx *tx, over;

	load->now = kl_now();
	if(!kl_sip_parse(&message, data, len)) {
		load->checks.malformed++;
		return;
	}
	if(message.request) {
		if(kl_is(message.method, "NOTIFY"))
			kl_notified(load, socket, &message);
		else
			load->checks.unknown++;
		return;
	}
	if(message.code < 200)
		return;
	tx = kl_tx_find(load->txs, message.branch);
	if(tx == NULL) {
		load->stats.stray_replies++;
		return;
	}
	over = *tx;
	kl_tx_end(load->txs, tx);
	if(over.kind == KL_PUBLISH)
		kl_publish_answered(load, &over, &message);
	else
		kl_subscribe_answered(load, &over, &message);
}

static void timed_out(void *context, const struct kl_tx *tx)
{
	if(tx->kind == KL_PUBLISH)
		kl_publish_timed_out(context, tx->index);
	else
		kl_subscribe_timed_out(context, tx);
}

static void overdue(struct kl_load *load)
{
	const struct kl_item *first;

	while((first = kl_queue_first(&load->owed)) != NULL
			&& first->at <= load->now) {
		struct kl_item item = kl_queue_take(&load->owed);
		if(item.dialog) {
			struct kl_dialog *d = &load->dialogs[item.index];
			if(d->under_way && d->answered && d->deadline == item.at)
				kl_subscription_overdue(load, item.index);
		} else {
			struct kl_presentity *p = &load->presentities[item.index];
			if(p->under_way && p->answered && p->deadline == item.at)
				kl_publication_overdue(load, item.index);
		}
	}
}

/* Those who have waited as they were told may try again. */
static void forgive(struct kl_load *load)
{
	uint32_t count = load->punished.count;

	while(count-- > 0) {
		struct kl_item item = kl_queue_take(&load->punished);
		struct kl_queue *to = &load->punished;
		if(item.at <= load->now && !item.dialog)
			to = &load->free_presentities;
		else if(item.at <= load->now)
			to = load->dialogs[item.index].up ? &load->free_dialogs
											  : &load->again;
		kl_must(load, kl_queue_add(to, item));
	}
}

static int run(struct kl_load *load)
{
	struct kl_course course;
	int64_t tick = 0;

	kl_course_begin(&course, load);
	while(load->phase != KL_END) {
		kl_pace_pump(&course.pace, load);
		if(load->failed || !kl_net_flush(&load->net)
				|| !kl_net_poll(
						&load->net, kl_pace_wait(&course.pace, load, TICK)))
			return EXIT_FAILURE;
		load->now = kl_now();
		if(load->now < tick)
			continue;
		tick = load->now + TICK;
		load->stats.retransmitted +=
				kl_txs_tick(load->txs, &load->net, load->now, timed_out, load);
		overdue(load);
		forgive(load);
		if(!kl_course_tick(&course, load))
			return 3;
	}
	kl_report(load, &course);
	return EXIT_SUCCESS;
}

static bool prepare(struct kl_load *load, const struct kl_options *o)
{
	load->o = o;
	load->room_for_dialogs = 1024;
	load->presentities = calloc(o->presentities, sizeof(*load->presentities));
	load->dialogs = calloc(load->room_for_dialogs, sizeof(*load->dialogs));
	load->padding = malloc(o->body);
	load->scratch = malloc(KL_MESSAGE_MAX);
	load->txs = kl_txs_new(o->t1, o->tcp);
	load->net.heard = heard;
	load->net.context = load;
	if(load->presentities == NULL || load->dialogs == NULL
			|| load->padding == NULL || load->scratch == NULL
			|| load->txs == NULL) {
		fprintf(stderr, "kamjvm-load: out of memory\n");
		return false;
	}
	memset(load->padding, '.', o->body);
	return kl_net_open(&load->net, &o->server, o->tcp, o->sockets);
}

int main(int argc, char **argv)
{
	static struct kl_load load;
	struct kl_options options;
	int code = kl_options_parse(&options, argc, argv);

	if(code != 0)
		return code;
	signal(SIGPIPE, SIG_IGN);
	if(!prepare(&load, &options))
		return EXIT_FAILURE;
	code = run(&load);
	if(code == EXIT_FAILURE)
		fprintf(stderr, "kamjvm-load: given up\n");
	kl_net_close(&load.net);
	kl_txs_free(load.txs);
	free(load.presentities);
	free(load.dialogs);
	free(load.padding);
	free(load.scratch);
	free(load.free_presentities.items);
	free(load.free_dialogs.items);
	free(load.again.items);
	free(load.owed.items);
	free(load.punished.items);
	return code;
}
