/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The process that reads the FIFO: one block after the other. While there is
 * no engine the block waits here and the rest in the pipe.
 */
#include "kj_blocks.h"
#include "kj_fifo.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/cfg/cfg_struct.h"

/* A block that the engine does not take for so long is dropped. */
#define PATIENCE_NS UINT64_C(30000000000)
#define PAUSE_US 100000

static struct kj_blocks blocks;
static unsigned long number;

/* 0; -1 after PATIENCE_NS. kj_fifo_end() must follow a 0. */
static int ask(struct kj_fifo_question *q, struct kj_function *f,
		const str *args, int count)
{
	uint64_t until = kw_now_ns() + PATIENCE_NS;

	for(;;) {
		if(kj_fifo_ask(q, f, args, count) == 0)
			return 0;
		kj_fifo_end(q);
		if(kw_now_ns() > until)
			return -1;
		usleep(PAUSE_US);
	}
}

static void execute(
		struct kj_function *f, const str *number_text, const str *reply)
{
	struct kj_fifo_question q;
	int fd = kj_fifo_reply_open(reply);

	if(fd < 0) {
		LM_ERR("nobody reads the answer on reply FIFO %.*s: the command is not "
			   "executed\n",
				reply->len, reply->s);
		return;
	}
	if(kj_fifo_ask(&q, f, number_text, 1) == 0 && q.count == 1) {
		kj_fifo_reply_write(fd, reply, &q.results[0]);
	} else {
		static const str text = str_init("500 Internal server error\n");
		kj_fifo_reply_write(fd, reply, &text);
	}
	kj_fifo_end(&q);
}

static void carry(struct kj_function *command, struct kj_function *execution)
{
	struct kj_fifo_question q;
	char digits[24], name[KJ_FIFO_REPLY_PATH + 1];
	str args[3] = {{digits, 0}, {blocks.text, (int)blocks.length},
			{blocks.cut ? "1" : "0", 1}};
	str reply = {name, 0};

	args[0].len = snprintf(digits, sizeof(digits), "%lu", ++number);
	if(ask(&q, command, args, 3) < 0) {
		LM_ERR("a command of the FIFO is lost: the engine does not take it\n");
		return;
	}
	if(q.count > 0 && q.results[0].len <= KJ_FIFO_REPLY_PATH) {
		memcpy(name, q.results[0].s, (size_t)q.results[0].len);
		reply.len = q.results[0].len;
	}
	kj_fifo_end(&q);
	if(reply.len > 0)
		execute(execution, &args[0], &reply);
}

void kj_fifo_commands(
		struct kj_function *command, struct kj_function *execution)
{
	static char bytes[4096];

	for(;;) {
		ssize_t n = read(kj_fifo_settings.fd, bytes, sizeof(bytes));
		cfg_update();
		if(n < 0 && errno != EINTR) {
			LM_ERR("the FIFO can not be read: %s\n", strerror(errno));
			usleep(PAUSE_US);
		}
		for(size_t taken = 0; n > 0 && taken < (size_t)n;) {
			int complete;
			taken += kj_blocks_feed(
					&blocks, bytes + taken, (size_t)n - taken, &complete);
			if(complete) {
				carry(command, execution);
				kj_blocks_next(&blocks);
			}
		}
	}
}
