/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Life of the module set in Kamailio's main (bridge.md 1): mod_init binds,
 * child_init(PROC_INIT) makes region, keeper and engine and waits for READY,
 * child_init(PROC_MAIN) makes the couriers. Each shim calls in; the first one
 * does the work for all.
 */
#include "kj_runtime.h"
#include "kw_wake.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/cfg/cfg_struct.h"
#include "core/globals.h"
#include "core/pt.h"

#define START_PATIENCE_NS UINT64_C(60000000000)
#define SLICE_NS UINT64_C(50000000)

extern int sig_flag; /* core: a signal that main has not acted on yet */

static int initialised;
static int started;
static int main_done;

void kj_start_failed(const char *format, ...)
{
	char line[KW_FAILURE_CAPACITY + 256];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	for(char *c = line; *c != '\0'; c++)
		if(*c == '\n' || *c == '\r')
			*c = ' ';
	LM_ERR("%s\n", line);
	if(kj_state.start_stderr >= 0 && !log_stderr)
		dprintf(kj_state.start_stderr, "kamailio: kamjvm: %s\n", line);
}

int kj_mod_init(const struct kj_module *m)
{
	if(kj_params_register(m) < 0)
		return -1;
	if(initialised)
		return 0;
	if(sl_load_api(&kj_state.sl) < 0 || load_tm_api(&kj_state.tm) < 0) {
		LM_ERR("module %s needs sl and tm: load them before it\n", m->name);
		return -1;
	}
	kj_state.courier_count = 2 + (uint32_t)kj_state.settings.couriers;
	if(register_procs(1 + (int)kj_state.courier_count) < 0)
		return -1;
	cfg_register_child(1 + (int)kj_state.courier_count);
	initialised = 1;
	kj_state.main_pid = getpid();
	return kj_fifo_init();
}

static int make_region(void)
{
	uint32_t processes = (uint32_t)get_max_procs();

	kj_state.length = kw_region_length(processes, kj_state.courier_count);
	if(kj_state.length == 0 || kj_state.length > INT32_MAX) {
		kj_start_failed(
				"%u processes are too many for a region of 2 GB", processes);
		return -1;
	}
	kj_state.base = mmap(NULL, kj_state.length, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if(kj_state.base == MAP_FAILED) {
		kj_state.base = NULL;
		kj_start_failed("no shared memory: %s", strerror(errno));
		return -1;
	}
	kw_region_init(kj_state.base, processes, kj_state.courier_count);
	for(uint32_t i = 0; i < kj_state.courier_count; i++)
		kw_courier(kj_state.base, i)->lane = kj_courier_lane(i);
	return kj_config_write();
}

/* 1 if the keeper is a zombie or gone; leaves it to be reaped. */
static int keeper_died(void)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)kj_state.keeper_pid, &info,
				   WEXITED | WNOHANG | WNOWAIT)
				   < 0
		   || info.si_pid == kj_state.keeper_pid;
}

static int engine_failed(void)
{
	struct kw_region_header *h = kw_header(kj_state.base);
	uint32_t n = h->failure_length;

	if(n > KW_FAILURE_CAPACITY)
		n = KW_FAILURE_CAPACITY;
	kj_start_failed("the engine did not start: %.*s", (int)n, h->failure);
	return -1;
}

static int wait_for_engine(void)
{
	struct kw_region_header *h = kw_header(kj_state.base);
	uint32_t progress = 0;
	uint64_t moved = kw_now_ns();

	for(;;) {
		uint32_t state = atomic_load(&h->engine_state);
		uint32_t now = atomic_load(&h->start_progress);
		if(state == KW_ENGINE_READY)
			return kj_manifest_read();
		if(state == KW_ENGINE_FAILED)
			return engine_failed();
		if(keeper_died()) {
			kj_start_failed("the engine's keeper died");
			return -1;
		}
		if(sig_flag == SIGTERM || sig_flag == SIGINT) {
			kj_start_failed("interrupted while the engine starts");
			return -1;
		}
		if(now != progress) {
			progress = now;
			moved = kw_now_ns();
		}
		if(kw_now_ns() - moved > START_PATIENCE_NS) {
			kj_start_failed("the engine has made no progress for 60 s");
			return -1;
		}
		kw_futex_wait(&h->engine_state, state, SLICE_NS);
	}
}

static void stop_keeper(void)
{
	uint64_t until = kw_now_ns() + UINT64_C(35000000000);

	if(kj_state.keeper_pid <= 0)
		return;
	kill(kj_state.keeper_pid, SIGTERM);
	while(waitpid(kj_state.keeper_pid, NULL, WNOHANG) == 0) {
		if(kw_now_ns() > until)
			kill(kj_state.keeper_pid, SIGKILL);
		usleep(5000);
	}
	kj_state.keeper_pid = 0;
}

static int start(void)
{
	int pid;

	kj_state.main_pid = getpid();
	if(dont_fork) {
		kj_start_failed("it needs fork=yes: a process of its own per worker");
		return -1;
	}
	if(make_region() < 0)
		return -1;
	pid = fork_process(PROC_NOCHLDINIT, "kamjvm keeper", 0);
	if(pid == 0)
		kj_keeper_main();
	if(pid < 0) {
		kj_start_failed("the keeper can not be forked");
		return -1;
	}
	kj_state.keeper_pid = pid;
	if(wait_for_engine() < 0) {
		stop_keeper();
		return -1;
	}
	LM_INFO("the engine is ready\n");
	return 0;
}

static int fork_processes(void)
{
	return kj_couriers_fork() < 0 ? -1 : kj_fifo_fork();
}

static int once(int *done, int (*f)(void))
{
	if(*done)
		return 0;
	*done = 1;
	return f();
}

int kj_child_init(int rank)
{
	int r;

	switch(rank) {
		case PROC_INIT:
			r = once(&started, start);
			if(kj_state.start_stderr >= 0)
				close(kj_state.start_stderr);
			kj_state.start_stderr = -1;
			return r;
		case PROC_MAIN:
			return once(&main_done, fork_processes);
		case PROC_POSTCHILDINIT:
			return 0;
		default:
			kj_state.rank = rank;
			kj_process_die_with_main();
			/* A process that has had nothing to do yet would fetch the
			 * configuration for the first time in the core's SIGTERM handler,
			 * all of them at once under one lock, and some never returned. */
			cfg_update_no_cbs();
			if(rank > 0)
				kj_pkg_lay_out();
			return 0;
	}
}

void kj_destroy(void)
{
	if(kj_state.main_pid == getpid())
		kj_fifo_destroy();
	/* Main has reaped every process by now, unless the start failed between
	 * PROC_INIT and the first worker. Its pid may be somebody else's then. */
	if(kj_state.main_pid == getpid() && kj_state.keeper_pid > 0
			&& waitpid(kj_state.keeper_pid, NULL, WNOHANG) == 0)
		stop_keeper();
}
