/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The engine's words. Two pipes lead to the keeper: records of the engine's
 * own log (a byte each for level and syslog facility, text, newline; written
 * whole or not at all), and what the JVM prints on stdout and stderr.
 */
#include "kj_runtime.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define LEVEL_BASE '6' /* level 0; alerts are -5 */
#define FACILITY_BASE '0'
#define FACILITIES 24
#define FACILITY_SHIFT 3 /* as syslog(3) wants them */
#define RECORD_MAX 2000	 /* < PIPE_BUF: atomic */

static void log_line(struct kj_line_reader *r)
{
	const char *text = r->line;
	uint32_t n = r->length;
	int level = L_NOTICE, facility = 0;

	if(!r->raw && n > 1) {
		level = text[0] - LEVEL_BASE;
		facility = text[1] - FACILITY_BASE;
		text += 2;
		n -= 2;
	}
	if(level < L_ALERT || level > L_DBG)
		level = L_INFO;
	if(facility < 0 || facility >= FACILITIES)
		facility = 0;
	/* 0 is Kamailio's own facility, for LM_GEN2 as for the engine */
	if(n > 0)
		LM_GEN2(facility << FACILITY_SHIFT, level, "%s%.*s\n",
				r->raw ? "jvm: " : "", (int)n, text);
	r->length = 0;
}

static void take(struct kj_line_reader *r, const char *data, size_t n)
{
	for(size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)data[i];
		if(c == '\n') {
			log_line(r);
			r->skipping = 0;
			continue;
		}
		if(r->skipping)
			continue;
		/* what could play tricks on a terminal does not reach the log */
		r->line[r->length++] = (char)(c < 0x20 && c != '\t' ? ' ' : c);
		if(r->length == sizeof(r->line)) {
			log_line(r);
			r->skipping = 1;
		}
	}
}

int kj_log_drain(struct kj_line_reader *r)
{
	char data[8192];

	/* bounded, so that a flood can not keep the keeper from its watch */
	for(int i = 0; i < 64; i++) {
		ssize_t n = read(r->fd, data, sizeof(data));
		if(n > 0)
			take(r, data, (size_t)n);
		else if(n == 0)
			return -1;
		else if(errno != EINTR)
			return errno == EAGAIN ? 0 : -1;
	}
	return 0;
}

static void send_record(
		int fd, int level, int facility, const char *text, size_t n)
{
	char record[RECORD_MAX + 3];

	if(n > RECORD_MAX)
		n = RECORD_MAX;
	record[0] = (char)(LEVEL_BASE + level);
	record[1] = (char)(FACILITY_BASE + facility);
	memcpy(record + 2, text, n);
	record[n + 2] = '\n';
	/* A full pipe loses the line: the engine never waits for its log. */
	while(write(fd, record, n + 3) < 0 && errno == EINTR)
		;
}

void kj_log_send(
		int fd, int level, int facility, const char *text, size_t length)
{
	if(level < L_ALERT || level > L_DBG)
		level = level < L_ALERT ? L_ALERT : L_DBG;
	if(facility < 0 || facility >= FACILITIES)
		facility = 0;
	while(length > 0) {
		const char *end = memchr(text, '\n', length);
		size_t n = end == NULL ? length : (size_t)(end - text);
		if(n > 0)
			send_record(fd, level, facility, text, n);
		if(end == NULL)
			return;
		text += n + 1;
		length -= n + 1;
	}
}
