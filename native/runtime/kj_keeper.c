/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The keeper: a Kamailio process that never holds a JVM. It forks the engine,
 * listens to what it says, watches its heartbeat, reaps it and forks the next
 * (bridge.md 1.5, 1.6). Its own death ends Kamailio, so it does little.
 */
#include "kj_runtime.h"
#include "kw_wake.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/cfg/cfg_struct.h"
#include "core/globals.h"

#define MS UINT64_C(1000000)
#define S (1000 * MS)
#define TURN_MS 100
#define FIRST_DELAY (50 * MS)
#define LONGEST_DELAY (5 * S)
#define GOOD_SERVICE (60 * S)
#define START_PATIENCE (60 * S)
#define STOP_PATIENCE (30 * S)
#define ORPHAN_PATIENCE (3 * S)
/* A turn never counts for more: a machine that was paused is no late engine. */
#define LONGEST_TURN (500 * MS)
#define QUIESCE_GRACE (20 * MS)

struct keeper
{
	struct kw_region_header *header;
	struct kw_ring events;
	struct kj_line_reader log, out;
	pid_t engine;
	uint64_t turn;		/* when the last turn was */
	uint64_t forked;	/* when the engine was */
	uint64_t next_fork; /* 0: an engine lives */
	uint64_t delay;		/* before the next fork */
	uint64_t quiet;		/* since the heartbeat (or progress) moved */
	uint64_t last_beat;
	uint32_t last_progress;
	uint64_t stop_by; /* 0: not stopping */
	int served; /* an engine has been READY: until then a failure ends the start */
	int late;
	int killed;
};

static volatile sig_atomic_t term_received;

static void on_term(int signal)
{
	(void)signal;
	term_received = 1;
}

static void on_child(int signal)
{
	(void)signal;
}

/* Signals arrive in ppoll only, so none is lost between check and sleep. */
static void prepare_signals(sigset_t *during_poll)
{
	struct sigaction a = {.sa_handler = on_term};
	sigset_t block;

	sigemptyset(&a.sa_mask);
	sigaction(SIGTERM, &a, NULL);
	sigaction(SIGINT, &a, NULL);
	a.sa_handler = on_child;
	sigaction(SIGCHLD, &a, NULL);
	sigemptyset(&block);
	sigaddset(&block, SIGTERM);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGCHLD);
	sigprocmask(SIG_BLOCK, &block, during_poll);
	sigdelset(during_poll, SIGTERM);
	sigdelset(during_poll, SIGINT);
	sigdelset(during_poll, SIGCHLD);
}

static int open_pipe(int ends[2], int writer_flags)
{
	if(pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	fcntl(ends[1], F_SETFL, writer_flags);
	return 0;
}

static void plan_restart(struct keeper *k, uint64_t now)
{
	if(now - k->forked > GOOD_SERVICE)
		k->delay = FIRST_DELAY;
	k->next_fork = now + k->delay;
	k->delay = k->delay * 4 > LONGEST_DELAY ? LONGEST_DELAY : k->delay * 4;
}

static void fork_engine(struct keeper *k, uint64_t now)
{
	struct kw_region_header *h = k->header;
	int log[2], out[2];
	pid_t keeper = getpid();

	k->forked = now;
	k->next_fork = 0;
	if(open_pipe(log, O_NONBLOCK) < 0) {
		plan_restart(k, now);
		return;
	}
	if(open_pipe(out, 0) < 0) {
		close(log[0]);
		close(log[1]);
		plan_restart(k, now);
		return;
	}
	kw_mpsc_quiesce(&k->events, QUIESCE_GRACE);
	h->failure_length = 0;
	atomic_store(&h->engine_sleeping, 0);
	atomic_store(&h->heartbeat_ns, 0);
	atomic_store(&h->oldest_uncommitted_ns, 0);
	atomic_store(&h->start_progress, 0);
	atomic_fetch_add(&h->epoch, 1);
	atomic_store(&h->engine_state, KW_ENGINE_STARTING);
	k->engine = fork();
	if(k->engine == 0) {
		close(log[0]);
		close(out[0]);
		kj_engine_main(log[1], out[1], keeper);
	}
	close(log[1]);
	close(out[1]);
	k->log = (struct kj_line_reader){.fd = log[0]};
	k->out = (struct kj_line_reader){.fd = out[0], .raw = 1};
	k->quiet = k->last_beat = k->last_progress = 0;
	k->late = k->killed = 0;
	atomic_store(&h->engine_pid, k->engine < 0 ? 0 : k->engine);
	for(uint32_t i = 0; i < h->courier_count; i++)
		kw_wake_if_sleeping(&kw_courier(kj_state.base, i)->sleeping);
	if(k->engine < 0) {
		LM_ERR("the engine can not be forked: %s\n", strerror(errno));
		k->engine = 0;
		atomic_store(&h->engine_state, KW_ENGINE_DOWN);
		atomic_store(&h->reaped_epoch, atomic_load(&h->epoch));
		plan_restart(k, now);
	}
}

static void drain(struct kj_line_reader *r)
{
	if(r->fd >= 0 && kj_log_drain(r) < 0) {
		close(r->fd);
		r->fd = -1;
	}
}

static void drain_and_close(struct kj_line_reader *r)
{
	drain(r);
	if(r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

static void tell_end(struct kw_region_header *h, pid_t pid, int status)
{
	uint32_t n = h->failure_length;
	uint32_t epoch = atomic_load(&h->epoch);
	char number[16], file[PATH_MAX];

	if(WIFSIGNALED(status))
		LM_ERR("the engine (epoch %u) died of signal %d\n", epoch,
				WTERMSIG(status));
	else
		LM_ERR("the engine (epoch %u) ended with code %d: %.*s\n", epoch,
				WEXITSTATUS(status),
				(int)(n > KW_FAILURE_CAPACITY ? KW_FAILURE_CAPACITY : n),
				h->failure);
	snprintf(number, sizeof(number), "%d", (int)pid);
	snprintf(file, sizeof(file), KJ_JVM_ERROR_FILE, kj_jvm_error_dir(), number);
	if(access(file, F_OK) == 0)
		LM_ERR("the JVM crashed, its report is %s\n", file);
}

/* Every process may wait for this engine: nobody waits for a dead one. */
static void bury(struct keeper *k, int status, uint64_t now)
{
	struct kw_region_header *h = k->header;
	uint32_t state = atomic_load(&h->engine_state);

	pid_t pid = k->engine;

	k->engine = 0;
	drain_and_close(&k->log);
	drain_and_close(&k->out);
	if(state == KW_ENGINE_STARTING && h->failure_length == 0) {
		static const char text[] = "jvm: it ended while it started";
		memcpy(h->failure, text, sizeof(text) - 1);
		h->failure_length = sizeof(text) - 1;
		state = KW_ENGINE_FAILED;
	}
	atomic_store(&h->engine_pid, 0);
	atomic_store(&h->reaped_epoch, atomic_load(&h->epoch));
	kw_mpsc_quiesce(&k->events, QUIESCE_GRACE);
	if(state == KW_ENGINE_READY)
		k->served = 1;
	if(state != KW_ENGINE_FAILED)
		state = k->stop_by != 0 ? KW_ENGINE_STOPPED : KW_ENGINE_DOWN;
	atomic_store(&h->engine_state, state);
	kw_futex_wake(&h->engine_state, INT_MAX);
	for(uint32_t i = 0; i < h->process_count * KW_FRAMES_PER_PROCESS; i++)
		kw_futex_wake(&kw_frame_at(kj_state.base, i)->state, 1);
	for(uint32_t i = 0; i < h->courier_count; i++)
		kw_wake_if_sleeping(&kw_courier(kj_state.base, i)->sleeping);
	if(k->stop_by != 0)
		return;
	tell_end(h, pid, status);
	plan_restart(k, now);
}

static void reap(struct keeper *k, uint64_t now)
{
	int status;
	pid_t pid;

	/* as a subreaper we also get the engine's orphans */
	while((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if(pid == k->engine)
			bury(k, status, now);
}

static void kill_engine(struct keeper *k, const char *why)
{
	if(k->engine == 0 || k->killed)
		return;
	LM_ERR("the engine (epoch %u) is killed: %s\n",
			atomic_load(&k->header->epoch), why);
	k->killed = 1;
	kill(k->engine, SIGKILL);
}

static void watch(struct keeper *k, uint64_t passed)
{
	struct kw_region_header *h = k->header;
	uint32_t state = atomic_load(&h->engine_state);
	uint32_t progress = atomic_load(&h->start_progress);
	uint64_t beat = atomic_load(&h->heartbeat_ns);

	if(k->engine == 0)
		return;
	k->quiet += passed;
	if(beat != k->last_beat || progress != k->last_progress) {
		if(k->late)
			LM_NOTICE("the engine is back after %llu ms\n",
					(unsigned long long)(k->quiet / MS));
		k->late = 0;
		k->quiet = 0;
		k->last_beat = beat;
		k->last_progress = progress;
	}
	if(state == KW_ENGINE_STARTING && k->quiet > START_PATIENCE)
		kill_engine(k, "its start makes no progress");
	if(state != KW_ENGINE_READY)
		return;
	k->served = 1;
	if(!k->late && k->quiet > KW_ENGINE_LATE_MS * MS) {
		k->late = 1;
		LM_WARN("the engine is late: calls get the busy answer\n");
	}
	if(k->quiet > (uint64_t)kj_state.settings.engine_dead_after * S)
		kill_engine(k, "no heartbeat");
}

/* What to do about the engine's start, its failure and our own stop. */
static int decide(struct keeper *k, uint64_t now)
{
	struct kw_region_header *h = k->header;
	int orphan = getppid() != kj_state.main_pid;

	if(k->stop_by == 0 && (term_received || orphan)) {
		uint64_t patience = STOP_PATIENCE;
		if((uint64_t)ser_kill_timeout * S < patience + 5 * S)
			patience = (uint64_t)ser_kill_timeout * S / 2;
		k->stop_by = now + (orphan ? ORPHAN_PATIENCE : patience);
		atomic_store(&h->stop_requested, 1);
		kw_wake_if_sleeping(&h->engine_sleeping);
	}
	if(k->stop_by != 0 && orphan && k->stop_by > now + ORPHAN_PATIENCE)
		k->stop_by = now + ORPHAN_PATIENCE;
	if(k->stop_by != 0 && k->engine == 0)
		return 1;
	if(k->stop_by != 0 && now > k->stop_by)
		kill_engine(k, "it did not stop in time");
	if(k->stop_by == 0 && k->served && k->next_fork != 0 && now >= k->next_fork)
		fork_engine(k, now);
	return 0;
}

/* An engine that FAILED or STOPPED and yet does not leave. */
static void watch_exit(struct keeper *k, uint64_t passed)
{
	uint32_t state = atomic_load(&k->header->engine_state);
	static uint64_t lingering;

	if(k->engine == 0
			|| (state != KW_ENGINE_FAILED && state != KW_ENGINE_STOPPED)) {
		lingering = 0;
		return;
	}
	lingering += passed;
	if(lingering > 2 * S)
		kill_engine(k, "it does not leave");
}

static void sleep_until_news(struct keeper *k, const sigset_t *mask)
{
	struct pollfd fds[2] = {{.fd = k->log.fd, .events = POLLIN},
			{.fd = k->out.fd, .events = POLLIN}};
	struct timespec turn = {0, TURN_MS * 1000000L};

	if(k->engine == 0)
		turn.tv_nsec = 10 * 1000000L;
	ppoll(fds, 2, &turn, mask);
}

/* The recovery log. It is mapped here and not in main, so that no other
 * process has it and that main's mlock_pages does not fill it: pages come when
 * an engine writes them. */
static int map_recovery(struct kw_region_header *h)
{
	kj_state.recovery_length =
			(uint64_t)kj_state.settings.recovery_memory * 1024 * 1024;
	kj_state.recovery =
			mmap(NULL, kj_state.recovery_length, PROT_READ | PROT_WRITE,
					MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if(kj_state.recovery != MAP_FAILED) {
		/* what people publish does not belong into a core file */
		madvise(kj_state.recovery, kj_state.recovery_length, MADV_DONTDUMP);
		return 0;
	}
	kj_state.recovery = NULL;
	h->failure_length = (uint32_t)snprintf(h->failure, KW_FAILURE_CAPACITY,
			"recovery_memory: no %d MB of shared memory: %s",
			kj_state.settings.recovery_memory, strerror(errno));
	atomic_store(&h->engine_state, KW_ENGINE_FAILED);
	kw_futex_wake(&h->engine_state, INT_MAX);
	return -1;
}

void kj_keeper_main(void)
{
	struct keeper k = {.log.fd = -1, .out.fd = -1, .delay = FIRST_DELAY};
	sigset_t mask;

	k.header = kw_header(kj_state.base);
	k.events = kw_events(kj_state.base);
	prepare_signals(&mask);
	cfg_child_init();
	/* TERM, not KILL: the engine shall flush what it holds */
	kj_process_die_with(kj_state.main_pid, SIGTERM);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	kj_process_close_sip_sockets();
	k.turn = kw_now_ns();
	if(map_recovery(k.header) == 0)
		fork_engine(&k, k.turn);
	for(;;) {
		uint64_t now, passed;
		sleep_until_news(&k, &mask);
		now = kw_now_ns();
		passed = now - k.turn > LONGEST_TURN ? LONGEST_TURN : now - k.turn;
		k.turn = now;
		cfg_update();
		drain(&k.log);
		drain(&k.out);
		reap(&k, now);
		watch(&k, passed);
		watch_exit(&k, passed);
		if(decide(&k, now))
			_exit(0);
	}
}
