/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Several processes on one mapped file. FILE exists; each mode grows it as it
 * needs. Exit code 0: what must hold held (wake-ups: see below).
 *
 * usage: kw_stress produce FILE OFFSET CAPACITY PRODUCERS COUNT
 *            children fill the many-to-one ring at OFFSET; who reads it is the
 *            caller's affair. Message: uint32 producer, uint32 number, then
 *            number % 200 bytes of (producer + number).
 *        kw_stress ring FILE PRODUCERS COUNT
 *            the same with a reader of our own
 *        kw_stress wake FILE MILLISECONDS
 *            counts wake-ups that got lost; prints "rounds=R sleeps=S lost=L".
 *            With KW_STRESS_NO_FENCE=1 in the environment the two sides use
 *            release and acquire only: shows that this test can fail.
 *        kw_stress publish FILE FLAG DATA COUNT
 *            counts the word at DATA up to COUNT and rings the sleeper at FLAG;
 *            goes on when the word at DATA + 4 has followed
 *        kw_stress deferrals FILE PROCESSES ROUNDS
 *            all try to answer the same record: one wins
 *        kw_stress frames FILE CALLERS CALLS
 *            calls with generous and hopeless deadlines against one engine
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kw_deferral.h"
#include "kw_frame.h"
#include "kw_message.h"
#include "kw_region.h"
#include "kw_ring.h"
#include "kw_test.h"
#include "kw_wake.h"

const char *kw_test_replay = "races do not replay; run it again";

#define MS UINT64_C(1000000)
/* No mode runs longer, whatever goes wrong. */
#define PATIENCE_S 20

static void *map(const char *path, uint64_t length)
{
	int fd = open(path, O_RDWR);
	struct stat st;
	void *p;

	CHECK(fd >= 0 && fstat(fd, &st) == 0);
	if((uint64_t)st.st_size < length)
		CHECK(ftruncate(fd, (off_t)length) == 0);
	p = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(p != MAP_FAILED);
	close(fd);
	return p;
}

/* A child that dies with us and never outlives PATIENCE_S. */
static int child(void)
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if(pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		alarm(PATIENCE_S);
	}
	return pid == 0;
}

static void all_children_end_well(void)
{
	int status;

	while(wait(&status) > 0)
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK(errno == ECHILD);
}

static void wait_for(_Atomic uint32_t *word, uint32_t at_least)
{
	int spins = 0;

	while(atomic_load_explicit(word, memory_order_acquire) < at_least) {
		if(++spins > 2000) {
			sched_yield();
			spins = 1500;
		}
	}
}

/* --- rings --- */

static void produce(struct kw_ring *ring, uint32_t producer, uint32_t count)
{
	uint8_t m[8 + 200];
	uint32_t number;

	for(number = 0; number < count; number++) {
		uint32_t fill = number % 200;

		memcpy(m, &producer, 4);
		memcpy(m + 4, &number, 4);
		memset(m + 8, (int)(producer + number), fill);
		for(;;) {
			int rc = kw_mpsc_write(ring, 1 + (int32_t)producer, m, 8 + fill);

			if(rc == KW_RING_OK)
				break;
			CHECK(rc == KW_RING_FULL);
			sched_yield();
		}
	}
}

static void fork_producers(
		struct kw_ring *ring, uint32_t producers, uint32_t count)
{
	uint32_t i;

	for(i = 0; i < producers; i++) {
		if(child()) {
			produce(ring, i, count);
			exit(0);
		}
	}
}

struct seen
{
	uint32_t next[64];
	uint64_t total;
};

static void see(int32_t type, const uint8_t *data, uint32_t length, void *arg)
{
	struct seen *seen = arg;
	uint32_t producer;
	uint32_t number;
	uint32_t i;

	memcpy(&producer, data, 4);
	memcpy(&number, data + 4, 4);
	CHECK(producer < 64 && type == 1 + (int32_t)producer);
	CHECK(number == seen->next[producer] && length == 8 + number % 200);
	for(i = 8; i < length; i++)
		CHECK(data[i] == (uint8_t)(producer + number));
	seen->next[producer]++;
	seen->total++;
}

static int mode_ring(const char *path, uint32_t producers, uint32_t count)
{
	struct kw_ring ring = {NULL, 64 * 1024};
	struct seen seen;

	memset(&seen, 0, sizeof(seen));
	ring.buffer = map(path, ring.capacity + KW_RING_TRAILER);
	fork_producers(&ring, producers, count);
	while(seen.total < (uint64_t)producers * count) {
		int n = kw_mpsc_read(&ring, see, &seen, 100);

		CHECK(n >= 0);
		if(n == 0)
			sched_yield();
	}
	all_children_end_well();
	CHECK(kw_ring_size(&ring) == 0);
	printf("records=%llu\n", (unsigned long long)seen.total);
	return 0;
}

/* --- wake-ups --- */

struct wake
{
	_Atomic uint32_t round; /* both start it together */
	uint8_t pad0[124];
	_Atomic uint32_t ready;
	uint8_t pad1[124];
	_Atomic uint32_t flag;
	uint8_t pad2[124];
	_Atomic uint32_t data;
	uint8_t pad3[124];
	_Atomic uint32_t rung; /* the publisher has done all for this round */
	uint8_t pad4[124];
	_Atomic uint32_t over;
};

static int fences = 1;

static void publisher_rings(_Atomic uint32_t *flag)
{
	if(fences) {
		kw_wake_if_sleeping(flag);
		return;
	}
	if(atomic_load_explicit(flag, memory_order_acquire) != 0
			&& atomic_exchange_explicit(flag, 0, memory_order_acq_rel) != 0) {
		kw_futex_wake(flag, 1);
	}
}

static void sleeper_prepares(_Atomic uint32_t *flag)
{
	if(fences) {
		kw_sleep_prepare(flag);
	} else {
		atomic_store_explicit(flag, 1, memory_order_release);
	}
}

static void dawdle(struct random *r)
{
	volatile uint32_t n = random_below(r, 60);

	while(n > 0)
		n--;
}

/* On the n-th processor that we may use: the two must run at the same time,
 * and a busy machine likes to put those who wake each other on one. */
static void pin(int n)
{
	cpu_set_t all;
	cpu_set_t one;
	int cpu;

	CHECK(sched_getaffinity(0, sizeof(all), &all) == 0);
	CPU_ZERO(&one);
	for(cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if(CPU_ISSET(cpu, &all) && n-- == 0) {
			CPU_SET(cpu, &one);
			CHECK(sched_setaffinity(0, sizeof(one), &one) == 0);
			return;
		}
	}
}

static void publisher(struct wake *w)
{
	struct random r;
	uint32_t round = 0;

	pin(1);
	random_seed(&r, 1);
	while(!atomic_load_explicit(&w->over, memory_order_acquire)) {
		atomic_store_explicit(&w->ready, ++round, memory_order_release);
		do {
			if(atomic_load_explicit(&w->over, memory_order_acquire))
				return;
			wait_for(&w->round, round);
		} while(atomic_load(&w->round) < round);
		dawdle(&r);
		atomic_store_explicit(&w->data, round, memory_order_release);
		publisher_rings(&w->flag);
		atomic_store_explicit(&w->rung, round, memory_order_release);
	}
}

static int mode_wake(const char *path, uint64_t run_ns)
{
	struct wake *w = map(path, sizeof(*w));
	uint64_t until = kw_now_ns() + run_ns;
	struct random r;
	uint32_t round = 0;
	uint32_t sleeps = 0;
	uint32_t lost = 0;

	fences = getenv("KW_STRESS_NO_FENCE") == NULL;
	random_seed(&r, 2);
	if(child()) {
		publisher(w);
		exit(0);
	}
	pin(0);
	while(kw_now_ns() < until) {
		wait_for(&w->ready, ++round);
		atomic_store_explicit(&w->round, round, memory_order_release);
		dawdle(&r);
		sleeper_prepares(&w->flag);
		if(atomic_load_explicit(&w->data, memory_order_acquire) == round) {
			kw_sleep_cancel(&w->flag);
		} else {
			sleeps++;
			kw_futex_wait(&w->flag, 1, 5 * MS);
			/* When the publisher is done with this round and our flag still
			 * stands, then nobody would ever have woken us. */
			wait_for(&w->rung, round);
			lost += atomic_load(&w->flag) != 0;
			kw_sleep_cancel(&w->flag);
		}
		wait_for(&w->rung, round);
	}
	atomic_store(&w->over, 1);
	atomic_store(&w->round, UINT32_MAX);
	all_children_end_well();
	printf("rounds=%u sleeps=%u lost=%u\n", round, sleeps, lost);
	return 0;
}

static int mode_publish(
		const char *path, uint32_t flag_at, uint32_t data_at, uint32_t count)
{
	uint8_t *base = map(path, KW_PAGE);
	_Atomic uint32_t *flag = (_Atomic uint32_t *)(void *)(base + flag_at);
	_Atomic uint32_t *data = (_Atomic uint32_t *)(void *)(base + data_at);
	struct random r;
	uint32_t i;

	random_seed(&r, 3);
	for(i = 1; i <= count; i++) {
		dawdle(&r);
		atomic_store_explicit(data, i, memory_order_release);
		kw_wake_if_sleeping(flag);
		wait_for(data + 1, i);
	}
	return 0;
}

/* --- deferrals --- */

struct race
{
	_Atomic uint32_t arrived;
	_Atomic uint32_t index;
	_Atomic uint32_t generation;
	_Atomic uint32_t wins;
	_Atomic uint32_t owner[KW_DEFERRAL_COUNT];
};

/* All have arrived n times. */
static void barrier(struct race *race, uint32_t processes, uint32_t n)
{
	atomic_fetch_add(&race->arrived, 1);
	wait_for(&race->arrived, processes * n);
}

static void race_for_records(void *base, struct race *race, uint32_t me,
		uint32_t processes, uint32_t rounds)
{
	uint32_t barriers = 0;
	uint32_t i;

	for(i = 0; i < rounds; i++) {
		struct kw_deferral *d;
		uint32_t generation;

		if(i % processes == me) {
			int32_t claimed = kw_deferral_claim(base);

			CHECK(claimed >= 0);
			d = kw_deferral_at(base, (uint32_t)claimed);
			CHECK(kw_deferral_open(base, d, "tag", 3, NULL, 0) == 0);
			atomic_store(&race->index, (uint32_t)claimed);
			atomic_store(&race->generation, atomic_load(&d->generation));
			atomic_store(&race->wins, 0);
		}
		barrier(race, processes, ++barriers);
		d = kw_deferral_at(base, atomic_load(&race->index));
		generation = atomic_load(&race->generation);
		CHECK(!kw_deferral_win(d, generation - 1));
		if(kw_deferral_win(d, generation)) {
			atomic_fetch_add(&race->wins, 1);
			CHECK(!kw_deferral_free(base, d, generation, KW_DEFERRAL_OPEN));
		}
		barrier(race, processes, ++barriers);
		CHECK(atomic_load(&race->wins) == 1);
		if(i % processes == me) {
			CHECK(kw_deferral_free(base, d, generation, KW_DEFERRAL_ANSWERING));
		}
		barrier(race, processes, ++barriers);
	}
	/* And without order: nobody else ever holds what we hold. */
	for(i = 0; i < rounds * 10; i++) {
		int32_t claimed = kw_deferral_claim(base);
		struct kw_deferral *d;

		if(claimed < 0)
			continue;
		CHECK(atomic_exchange(&race->owner[claimed], me + 1) == 0);
		d = kw_deferral_at(base, (uint32_t)claimed);
		CHECK(atomic_exchange(&race->owner[claimed], 0) == me + 1);
		CHECK(kw_deferral_free(
				base, d, atomic_load(&d->generation), KW_DEFERRAL_FILLING));
	}
}

static int mode_deferrals(const char *path, uint32_t processes, uint32_t rounds)
{
	uint64_t region = kw_region_length(1, 1);
	uint8_t *base = map(path, region + sizeof(struct race));
	struct race *race = (struct race *)(void *)(base + region);
	uint32_t i;

	kw_region_init(base, 1, 1);
	/* Fewer records than processes: claims must fail, too. */
	kw_header(base)->deferral_count = 2;
	for(i = 0; i < processes; i++) {
		if(child()) {
			race_for_records(base, race, i, processes, rounds);
			exit(0);
		}
	}
	all_children_end_well();
	CHECK(atomic_load(&kw_header(base)->open_deferrals) == 0);
	printf("rounds=%u\n", rounds);
	return 0;
}

/* --- frames --- */

static void call(void *base, uint32_t me, uint32_t calls)
{
	struct random r;
	uint32_t i;
	uint32_t given_up = 0;
	uint32_t done = 0;

	random_seed(&r, me);
	for(i = 0; i < calls; i++) {
		struct kw_frame *f = NULL;
		uint64_t patience =
				random_below(&r, 3) == 0 ? random_below(&r, 40000) : 5000 * MS;
		uint32_t word = (uint32_t)random_next(&r);
		int rc;

		while((f = kw_frame_acquire(base, me, 0)) == NULL)
			sched_yield();
		memcpy(f->request, &word, 4);
		f->request_length = 4;
		CHECK(kw_frame_submit(base, f, kw_now_ns() + patience) == KW_RING_OK);
		rc = kw_frame_wait(base, f, random_below(&r, 2) * 3000);
		if(rc == KW_WAIT_STEP) {
			word = ~word;
			memcpy(f->request, &word, 4);
			CHECK(kw_frame_resume(base, f) == KW_RING_OK);
			rc = kw_frame_wait(base, f, 0);
		}
		CHECK(rc == KW_WAIT_DONE || rc == KW_WAIT_DEADLINE);
		if(rc == KW_WAIT_DEADLINE) {
			given_up++;
			continue;
		}
		CHECK(f->response_length == 4 && memcmp(f->response, &word, 4) == 0);
		kw_frame_release(f);
		done++;
	}
	CHECK(given_up > 0 && done > calls / 2);
}

static void serve(int32_t type, const uint8_t *data, uint32_t length, void *arg)
{
	uint32_t record[4];
	struct kw_frame *f;

	CHECK(length == sizeof(record));
	memcpy(record, data, sizeof(record));
	f = kw_frame_at(arg, record[0]);
	CHECK(f != NULL);
	if(!kw_frame_take(f, record[1], record[2]))
		return;
	memcpy(f->response, f->request, 4);
	f->response_length = 4;
	kw_frame_answer(f,
			type == KW_EV_CALL && record[1] % 3 == 0 ? KW_FRAME_STEP
													 : KW_FRAME_DONE);
}

static int frames_are_free(void *base, uint32_t callers)
{
	uint32_t i;

	for(i = 0; i < callers * KW_FRAMES_PER_PROCESS; i++) {
		if(atomic_load(&kw_frame_at(base, i)->state) != KW_FRAME_FREE)
			return 0;
	}
	return 1;
}

static int mode_frames(const char *path, uint32_t callers, uint32_t calls)
{
	void *base = map(path, kw_region_length(callers, 1));
	struct kw_region_header *h = kw_header(base);
	struct kw_ring events;
	uint32_t running = callers;
	uint32_t i;

	kw_region_init(base, callers, 1);
	events = kw_events(base);
	atomic_store(&h->epoch, 1);
	/* A machine under load may hold us up; lateness is tested elsewhere. */
	atomic_store(&h->heartbeat_ns, kw_now_ns() + 3600 * 1000 * MS);
	atomic_store(&h->engine_state, KW_ENGINE_READY);
	for(i = 0; i < callers; i++) {
		if(child()) {
			call(base, i, calls);
			exit(0);
		}
	}
	while(running > 0 || kw_ring_size(&events) > 0) {
		int status;

		CHECK(kw_mpsc_read(&events, serve, base, 100) >= 0);
		kw_sleep_prepare(&h->engine_sleeping);
		if(kw_ring_size(&events) > 0) {
			kw_sleep_cancel(&h->engine_sleeping);
		} else {
			kw_sleep(&h->engine_sleeping, 10 * MS);
		}
		if(running > 0 && waitpid(-1, &status, WNOHANG) > 0) {
			CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
			running--;
		}
	}
	CHECK(frames_are_free(base, callers));
	printf("calls=%u\n", callers * calls);
	return 0;
}

static uint32_t number(const char *text)
{
	return (uint32_t)strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 3 ? argv[1] : "";

	alarm(PATIENCE_S);
	if(strcmp(mode, "produce") == 0 && argc == 7) {
		struct kw_ring ring = {NULL, number(argv[4])};

		ring.buffer = (uint8_t *)map(argv[2],
							  number(argv[3]) + ring.capacity + KW_RING_TRAILER)
				+ number(argv[3]);
		fork_producers(&ring, number(argv[5]), number(argv[6]));
		all_children_end_well();
		return 0;
	}
	if(strcmp(mode, "ring") == 0 && argc == 5)
		return mode_ring(argv[2], number(argv[3]), number(argv[4]));
	if(strcmp(mode, "wake") == 0 && argc == 4)
		return mode_wake(argv[2], number(argv[3]) * MS);
	if(strcmp(mode, "publish") == 0 && argc == 6)
		return mode_publish(
				argv[2], number(argv[3]), number(argv[4]), number(argv[5]));
	if(strcmp(mode, "deferrals") == 0 && argc == 5)
		return mode_deferrals(argv[2], number(argv[3]), number(argv[4]));
	if(strcmp(mode, "frames") == 0 && argc == 5)
		return mode_frames(argv[2], number(argv[3]), number(argv[4]));
	fprintf(stderr, "kw_stress: see the head of kw_stress.c\n");
	return 2;
}
