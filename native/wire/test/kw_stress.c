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
#include "kw_stress.h"

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

#include "kw_region.h"

const char *kw_test_replay = "races do not replay; run it again";

void *map(const char *path, uint64_t length)
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

int child(void)
{
	pid_t pid = fork();

	CHECK(pid >= 0);
	if(pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		alarm(PATIENCE_S);
	}
	return pid == 0;
}

void all_children_end_well(void)
{
	int status;

	while(wait(&status) > 0)
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK(errno == ECHILD);
}

void wait_for(_Atomic uint32_t *word, uint32_t at_least)
{
	int spins = 0;

	while(atomic_load_explicit(word, memory_order_acquire) < at_least) {
		if(++spins > 2000) {
			sched_yield();
			spins = 1500;
		}
	}
}

void pin(int n)
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

void dawdle(struct random *r)
{
	volatile uint32_t n = random_below(r, 60);

	while(n > 0)
		n--;
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
