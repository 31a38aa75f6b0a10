/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Couriers: Kamailio processes that carry out what the engine commands
 * (bridge.md 5). Courier 0 sends deferred replies and nothing else, the last
 * one takes what may block, the others send requests.
 *
 * A courier's ring belongs to one engine: when the epoch changes it empties
 * the ring, says so in acked_epoch, and only then the new engine writes.
 */
#include "kj_runtime.h"
#include "kw_message.h"
#include "kw_wake.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/cfg/cfg_struct.h"
#include "core/globals.h"
#include "core/pt.h"

#define MS UINT64_C(1000000)
#define BATCH 16
#define HEADER 16
#define SCAN_EVERY (50 * MS)
#define IDLE (500 * MS)
#define STOP_PATIENCE (35 * 1000 * MS)
#define ORPHAN_PATIENCE (4 * 1000 * MS)

struct courier
{
	uint32_t index;
	uint32_t lane;
	uint32_t epoch;
	struct kw_courier_header *header;
	struct kw_ring ring;
	uint64_t scanned;
	uint64_t stop_by; /* 0: not stopping */
};

#define STUCK_SECONDS 2

static volatile sig_atomic_t term_received;
static volatile sig_atomic_t turns;

static void on_term(int signal)
{
	(void)signal;
	term_received = 1;
	alarm(STUCK_SECONDS);
}

/* Workers end wherever SIGTERM meets them, also while they hold a lock of the
 * core. A courier lives a little longer and may wait for such a lock for ever:
 * if it has not come round since the last look, it goes. */
static void on_alarm(int signal)
{
	static sig_atomic_t seen = -1;

	(void)signal;
	if(turns == seen)
		_exit(0);
	seen = turns;
	alarm(STUCK_SECONDS);
}

uint32_t kj_courier_lane(uint32_t i)
{
	return i == 0							 ? KW_LANE_REPLY
		   : i + 1 == kj_state.courier_count ? KW_LANE_SLOW
											 : KW_LANE_REQUEST;
}

static str as_str(const struct kw_tlv_field *f)
{
	str s = {(char *)f->value, (int)f->length};
	return s;
}

static void do_reply(
		struct courier *c, uint64_t id, const uint8_t *fields, uint32_t length)
{
	int64_t index = -1, generation = 0, code = 0;
	str reason = {0, 0}, headers = {0, 0}, body = {0, 0};
	uint8_t buffer[64];
	struct kw_tlv_writer w;
	struct kw_tlv_reader r;
	struct kw_tlv_field f;

	kw_tlv_open(&r, fields, length);
	while(kw_tlv_next(&r, &f)) {
		if(f.tag == KW_T_DEFERRAL)
			kw_tlv_get_int(&f, &index);
		else if(f.tag == KW_T_GENERATION)
			kw_tlv_get_int(&f, &generation);
		else if(f.tag == KW_T_REPLY_CODE)
			kw_tlv_get_int(&f, &code);
		else if(f.tag == KW_T_REPLY_REASON)
			reason = as_str(&f);
		else if(f.tag == KW_T_REPLY_HEADERS)
			headers = as_str(&f);
		else if(f.tag == KW_T_REPLY_BODY)
			body = as_str(&f);
	}
	if(index < 0 || index > UINT32_MAX)
		index = UINT32_MAX;
	kw_tlv_init(&w, buffer, sizeof(buffer));
	kw_tlv_int(&w, KW_T_STATUS,
			kj_deferral_answer((uint32_t)index, (uint32_t)generation, (int)code,
					&reason, &headers, &body));
	kj_event_send(KW_EV_REPLIED, c->epoch, id, &w);
}

static void carry_out(
		int32_t type, const uint8_t *data, uint32_t length, void *arg)
{
	struct courier *c = arg;
	uint32_t epoch;
	uint64_t id;

	if(length < HEADER)
		return;
	memcpy(&epoch, data, sizeof(epoch));
	memcpy(&id, data + 8, sizeof(id));
	/* a command of a dead engine is nobody's any more */
	if(epoch != c->epoch)
		return;
	data += HEADER;
	length -= HEADER;
	if(kw_tlv_check(data, length) < 0) {
		LM_ERR("command %d does not add up\n", (int)type);
		length = 0;
	}
	if(type == KW_CMD_REPLY) {
		do_reply(c, id, data, length);
	} else if(type == KW_CMD_REQUEST) {
		kj_call_nest();
		kj_request_command(data, length, epoch, id);
		kj_call_unnest();
	} else if(type == KW_CMD_ROUTE) {
		kj_route_command(data, length);
	} else if(type == KW_CMD_USRLOC_READ) {
		kj_usrloc_read(data, length, epoch, id);
	}
}

static void follow_epoch(struct courier *c)
{
	uint32_t epoch = atomic_load(&kw_header(kj_state.base)->epoch);

	if(epoch == c->epoch)
		return;
	kw_spsc_reset(&c->ring);
	c->epoch = epoch;
	atomic_store(&c->header->acked_epoch, epoch);
	kj_event_courier(epoch, c->index);
}

static void scan_deferrals(struct courier *c)
{
	uint64_t now = kw_now_ns();

	if(c->lane != KW_LANE_REPLY || now - c->scanned < SCAN_EVERY)
		return;
	c->scanned = now;
	kj_deferral_scan(0);
}

static uint64_t patience(const struct courier *c)
{
	if(c->lane == KW_LANE_REPLY
			&& atomic_load(&kw_header(kj_state.base)->open_deferrals) > 0)
		return SCAN_EVERY;
	return c->stop_by != 0 ? SCAN_EVERY : IDLE;
}

static void sleep_until_news(struct courier *c)
{
	kw_sleep_prepare(&c->header->sleeping);
	if(kw_ring_size(&c->ring) > 0 || (term_received && c->stop_by == 0)
			|| atomic_load(&kw_header(kj_state.base)->epoch) != c->epoch)
		kw_sleep_cancel(&c->header->sleeping);
	else
		kw_sleep(&c->header->sleeping, patience(c));
}

/* The engine is asked to flush and answer before it leaves, so its couriers
 * leave after it. */
static int may_leave(struct courier *c)
{
	struct kw_region_header *h = kw_header(kj_state.base);
	int orphan = getppid() != kj_state.main_pid;
	uint64_t now = kw_now_ns();

	if(!term_received && !orphan)
		return 0;
	if(c->stop_by == 0)
		c->stop_by = now + (orphan ? ORPHAN_PATIENCE : STOP_PATIENCE);
	if(now < c->stop_by
			&& atomic_load(&h->reaped_epoch) != atomic_load(&h->epoch)
			&& (kill(kj_state.keeper_pid, 0) == 0 || errno != ESRCH))
		return 0;
	kw_spsc_read(&c->ring, carry_out, c, INT_MAX);
	if(c->lane == KW_LANE_REPLY)
		kj_deferral_scan(1);
	return 1;
}

static void __attribute__((noreturn)) serve(uint32_t index)
{
	struct sigaction term = {.sa_handler = on_term};
	struct sigaction stuck = {.sa_handler = on_alarm};
	struct courier c = {.index = index,
			.lane = kj_courier_lane(index),
			.header = kw_courier(kj_state.base, index),
			.ring = kw_commands(kj_state.base, index)};

	sigemptyset(&term.sa_mask);
	sigaction(SIGTERM, &term, NULL);
	sigaction(SIGINT, &term, NULL);
	sigemptyset(&stuck.sa_mask);
	sigaction(SIGALRM, &stuck, NULL);
	if(cfg_child_init() < 0)
		_exit(1);
	kj_pkg_lay_out();
	c.header->process_no = (uint32_t)process_no;
	for(;;) {
		turns = (turns + 1) & 0xffff;
		cfg_update();
		follow_epoch(&c);
		if(kw_spsc_read(&c.ring, carry_out, &c, BATCH) <= 0)
			sleep_until_news(&c);
		kj_event_flush();
		scan_deferrals(&c);
		if(may_leave(&c))
			_exit(0);
	}
}

int kj_couriers_fork(void)
{
	static const char *const names[] = {"", "reply", "request", "slow"};

	for(uint32_t i = 0; i < kj_state.courier_count; i++) {
		char name[64];
		int pid;
		snprintf(name, sizeof(name), "kamjvm courier %u (%s)", i,
				names[kj_courier_lane(i)]);
		pid = fork_process(PROC_RPC, name, 1);
		if(pid == 0)
			serve(i);
		/* an error is also returned in the child */
		if(pid < 0 && getpid() != kj_state.main_pid)
			_exit(1);
		if(pid < 0) {
			LM_ERR("a courier can not be forked\n");
			return -1;
		}
	}
	return 0;
}
