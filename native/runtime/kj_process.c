/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Nothing of ours, and no Kamailio process, outlives Kamailio's main.
 */
#include "kj_runtime.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

void kj_process_die_with(pid_t parent, int signal)
{
	prctl(PR_SET_PDEATHSIG, signal);
	/* The parent may have died before the line above. */
	if(getppid() != parent)
		_exit(0);
}

void kj_process_die_with_main(void)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* The parent may be another process than main: a module may fork from
	 * one of its own. */
	if(kill(kj_state.main_pid, 0) < 0 && errno == ESRCH)
		_exit(0);
}

void kj_process_close_sip_sockets(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *e;

	while(dir != NULL && (e = readdir(dir)) != NULL) {
		struct sockaddr_storage a;
		socklen_t n = sizeof(a);
		int fd = atoi(e->d_name);
		if(fd > 2 && fd != dirfd(dir)
				&& getsockname(fd, (struct sockaddr *)&a, &n) == 0
				&& (a.ss_family == AF_INET || a.ss_family == AF_INET6))
			close(fd);
	}
	if(dir != NULL)
		closedir(dir);
}
