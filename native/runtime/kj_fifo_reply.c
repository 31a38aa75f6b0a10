/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Reply FIFOs, and the process that writes answers which come later. Their
 * names come from whoever may write to the FIFO, and their directory is
 * usually one where everybody may make files: so nothing is created, no link
 * is followed, and what is no FIFO is not touched.
 */
#include "kj_fifo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/cfg/cfg_struct.h"

#define ATTEMPTS 5
#define PAUSE_US 80000
#define PATIENCE_NS UINT64_C(1000000000)
#define AWAY_US 200000
#define MARK 64

static int path_of(char path[KJ_FIFO_REPLY_PATH + 1], const str *name)
{
	size_t prefix = strlen(kj_fifo_settings.reply_dir);

	if(name->len <= 0 || prefix + (size_t)name->len > KJ_FIFO_REPLY_PATH)
		return -1;
	for(int i = 0; i < name->len; i++)
		if(name->s[i] == '/' || name->s[i] == '.' || name->s[i] == '\\'
				|| (unsigned char)name->s[i] < ' ')
			return -1;
	memcpy(path, kj_fifo_settings.reply_dir, prefix);
	memcpy(path + prefix, name->s, (size_t)name->len);
	path[prefix + (size_t)name->len] = '\0';
	return 0;
}

static int refuse(const char *path, const char *why)
{
	LM_ERR("no answer on %s: %s\n", path, why);
	return -1;
}

/* What was opened must be what was looked at. */
static int check(int fd, const char *path, const struct stat *before)
{
	struct stat now;

	if(fstat(fd, &now) == 0 && S_ISFIFO(now.st_mode) && now.st_nlink == 1
			&& now.st_ino == before->st_ino && now.st_dev == before->st_dev)
		return fd;
	close(fd);
	return refuse(path, "somebody has exchanged it");
}

int kj_fifo_reply_open(const str *name)
{
	char path[KJ_FIFO_REPLY_PATH + 1];
	struct stat before;

	if(path_of(path, name) < 0)
		return refuse(kj_fifo_settings.reply_dir, "the name is not allowed");
	for(int i = 0;; i++) {
		int fd;
		if(lstat(path, &before) < 0)
			return refuse(path, strerror(errno));
		if(!S_ISFIFO(before.st_mode) || before.st_nlink != 1)
			return refuse(path, "it is no FIFO, or has links");
		fd = open(path, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
		if(fd >= 0)
			return check(fd, path, &before);
		if(errno != ENXIO)
			return refuse(path, strerror(errno));
		if(i + 1 == ATTEMPTS)
			return refuse(path, "nobody reads there");
		usleep(PAUSE_US);
	}
}

void kj_fifo_reply_write(int fd, const str *name, const str *text)
{
	uint64_t until = kw_now_ns() + PATIENCE_NS;
	size_t done = 0, length = (size_t)text->len;

	while(done < length && kw_now_ns() < until) {
		ssize_t n = write(fd, text->s + done, length - done);
		struct pollfd p = {.fd = fd, .events = POLLOUT};
		if(n > 0)
			done += (size_t)n;
		else if(n < 0 && errno == EAGAIN)
			poll(&p, 1, 100);
		else if(n < 0 && errno != EINTR)
			break;
	}
	if(done < length)
		LM_ERR("the answer on reply FIFO %.*s is cut off: its reader has left "
			   "or is slow\n",
				name->len, name->s);
	close(fd);
}

static void write_answer(const str *name, const str *text)
{
	int fd = kj_fifo_reply_open(name);

	if(fd >= 0)
		kj_fifo_reply_write(fd, name, text);
}

void kj_fifo_answers(struct kj_function *answer)
{
	struct kj_fifo_question q;
	char mark[MARK];
	str args[1] = {{mark, 0}};

	for(;;) {
		int away;
		cfg_update();
		away = kj_fifo_ask(&q, answer, args, 1) < 0;
		if(!away && q.count == KJ_FIFO_RESULTS && q.results[0].len <= MARK) {
			write_answer(&q.results[1], &q.results[2]);
			memcpy(mark, q.results[0].s, (size_t)q.results[0].len);
			args[0].len = q.results[0].len;
		}
		kj_fifo_end(&q);
		if(away)
			usleep(AWAY_US);
	}
}
