/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The FIFO over which scripts give commands (module mi_fifo). The runtime
 * carries bytes: blocks of lines from the FIFO to the engine, answers from the
 * engine to reply FIFOs. What the lines say only the engine knows.
 *
 * Three functions of the engine, as commands without a caller, arguments and
 * results strings:
 *
 *   fifo.command(number, block, "1" if it was cut off)
 *       -> nothing: done, or its answer will come;
 *       -> reply name: open that reply FIFO first, then fifo.execute. A block
 *          may be told again with the same number.
 *   fifo.execute(number) -> what is written to the open reply FIFO
 *   fifo.answer(mark of the answer that was written last, or "")
 *       -> mark, reply name, text; or nothing, after some seconds
 */
#ifndef KJ_FIFO_H
#define KJ_FIFO_H

#include <limits.h>

#include "kj_runtime.h"

#define KJ_FIFO_RESULTS 3
/* Longest path of a reply FIFO, characters. */
#define KJ_FIFO_REPLY_PATH 127

struct kj_fifo_settings
{
	char path[PATH_MAX];
	char reply_dir[KJ_FIFO_REPLY_PATH + 1]; /* a plain prefix */
	int fd;									/* open for both; or -1 */
};

extern struct kj_fifo_settings kj_fifo_settings;

/* Asks the engine. The results are valid until kj_fifo_end(), which must
 * follow. 0; -1 if the engine does not answer now. */
struct kj_fifo_question
{
	struct kj_call call;
	str results[KJ_FIFO_RESULTS];
	int count;
};
int kj_fifo_ask(struct kj_fifo_question *q, struct kj_function *f,
		const str *args, int count);
void kj_fifo_end(struct kj_fifo_question *q);

/* kj_fifo_reply.c: a descriptor, or -1, logged. Only an existing FIFO that
 * somebody reads is opened; waits some 400 ms for a reader. */
int kj_fifo_reply_open(const str *name);
/* Writes all and closes; gives up after a second. */
void kj_fifo_reply_write(int fd, const str *name, const str *text);
/* Process: carries answers until it is ended. */
void kj_fifo_answers(struct kj_function *answer) __attribute__((noreturn));

/* kj_fifo_read.c, process: carries blocks until it is ended. */
void kj_fifo_commands(struct kj_function *command, struct kj_function *execute)
		__attribute__((noreturn));

#endif
