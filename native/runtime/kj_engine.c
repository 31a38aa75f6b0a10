/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From a fork of a Kamailio process to a clean place for a JVM (bridge.md
 * 1.4): nothing of Kamailio's memory or descriptors is left that a mistake in
 * here could hurt. Nothing below calls Kamailio.
 */
#include "kj_runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOG_FD 3
#define STACK (16 * 1024 * 1024)
#define OOM_SCORE "800"

static int log_fd_of_thread = LOG_FD;

static void reset_signals(void)
{
	struct sigaction dfl = {.sa_handler = SIG_DFL};
	sigset_t block;

	sigemptyset(&dfl.sa_mask);
	for(int s = 1; s < NSIG; s++)
		sigaction(s, &dfl, NULL);
	sigemptyset(&block);
	/* It stops only through the region; threads inherit this. */
	sigaddset(&block, SIGTERM);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGHUP);
	sigprocmask(SIG_SETMASK, &block, NULL);
}

static void close_from(int first)
{
#ifdef SYS_close_range
	if(syscall(SYS_close_range, first, ~0U, 0) == 0)
		return;
#endif
	for(int fd = first, end = (int)sysconf(_SC_OPEN_MAX); fd < end; fd++)
		close(fd);
}

/* 0: /dev/null, 1 and 2: out, 3: log; everything else closed. */
static void arrange_descriptors(int log_fd, int out_fd)
{
	int null = open("/dev/null", O_RDONLY);
	int log = fcntl(log_fd, F_DUPFD, 64);
	int out = fcntl(out_fd, F_DUPFD, 64);

	dup2(null, 0);
	dup2(out, 1);
	dup2(out, 2);
	dup2(log, LOG_FD);
	close_from(LOG_FD + 1);
}

/* Kamailio's shared memory: a wild pointer of ours must not reach it. */
static void unmap_foreign(void)
{
	char *ranges = NULL, line[PATH_MAX + 128];
	size_t size = 0;
	FILE *maps = fopen("/proc/self/maps", "re");
	FILE *list = open_memstream(&ranges, &size);
	unsigned long from, to;
	char mode[8];
	int n;

	/* first read all, then unmap: the file changes under our hands */
	while(maps != NULL && list != NULL && fgets(line, sizeof(line), maps))
		if(sscanf(line, "%lx-%lx %7s", &from, &to, mode) == 3 && mode[1] == 'w'
				&& mode[3] == 's' && from != (unsigned long)kj_state.base
				&& from != (unsigned long)kj_state.recovery)
			fprintf(list, "%lx %lx\n", from, to);
	if(maps != NULL)
		fclose(maps);
	if(list != NULL)
		fclose(list);
	for(char *p = ranges;
			p != NULL && sscanf(p, "%lx %lx\n%n", &from, &to, &n) == 2; p += n)
		munmap((void *)from, to - from);
	free(ranges);
}

static void limit_resources(void)
{
	struct rlimit none = {0, 0};
	struct sched_param ordinary = {0};
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if(fd >= 0) {
		if(write(fd, OOM_SCORE, sizeof(OOM_SCORE) - 1) < 0)
			errno = 0;
		close(fd);
	}
	setrlimit(RLIMIT_CORE, &none);
	sched_setscheduler(0, SCHED_OTHER, &ordinary);
}

/* Kamailio's libraries registered exit handlers that would touch memory which
 * is gone; ours comes first. */
static void leave_at_once(int status, void *unused)
{
	(void)unused;
	_exit(status);
}

static void *run(void *unused)
{
	(void)unused;
	_exit(kj_jvm_run(log_fd_of_thread));
}

void kj_engine_main(int log_fd, int out_fd, pid_t keeper)
{
	pthread_attr_t attributes;
	pthread_t thread;

	kj_process_die_with(keeper, SIGKILL);
	setsid();
	prctl(PR_SET_NAME, "kamjvm engine");
	reset_signals();
	arrange_descriptors(log_fd, out_fd);
	unmap_foreign();
	limit_resources();
	on_exit(leave_at_once, NULL);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK);
	if(pthread_create(&thread, &attributes, run, NULL) == 0)
		pthread_join(thread, NULL);
	_exit(1);
}
