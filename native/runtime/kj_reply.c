/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * SIP replies that leave within the call, and the busy answer (bridge.md 7).
 */
#include "kj_runtime.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/data_lump_rpl.h"

int kj_reply_token_ok(const char *s, uint32_t n)
{
	for(uint32_t i = 0; i < n; i++)
		if((unsigned char)s[i] <= ' ' || s[i] == 0x7f)
			return 0;
	return n > 0;
}

/* One line without its CRLF: "Name: value", no control characters. */
static int line_ok(const char *s, uint32_t n)
{
	const char *colon = memchr(s, ':', n);

	if(colon == NULL || !kj_reply_token_ok(s, (uint32_t)(colon - s)))
		return 0;
	for(uint32_t i = 0; i < n; i++)
		if(((unsigned char)s[i] < ' ' && s[i] != '\t') || s[i] == 0x7f)
			return 0;
	return 1;
}

int kj_reply_lines_ok(const char *s, uint32_t n)
{
	while(n > 0) {
		const char *end = memmem(s, n, "\r\n", 2);
		if(end == NULL || !line_ok(s, (uint32_t)(end - s)))
			return 0;
		n -= (uint32_t)(end - s) + 2;
		s = end + 2;
	}
	return 1;
}

static struct lump_rpl *add_lump(sip_msg_t *msg, const str *s, int flags)
{
	return s->len == 0 ? NULL : add_lump_rpl(msg, s->s, s->len, flags);
}

/* Lumps of ours must not stay: the message may be a clone in shared memory
 * whose owner knows nothing of them. */
static void drop_lump(sip_msg_t *msg, struct lump_rpl *lump)
{
	if(lump != NULL) {
		unlink_lump_rpl(msg, lump);
		free_lump_rpl(lump);
	}
}

int kj_reply_send(sip_msg_t *msg, int code, const str *reason,
		const str *headers, const str *body)
{
	static str unnamed = str_init("OK");
	struct lump_rpl *header_lump = NULL, *body_lump = NULL;
	str phrase = reason->len > 0 ? *reason : unnamed;
	int r = -1;

	if(msg == NULL || code < 100 || code > 699
			|| !kj_reply_lines_ok(headers->s, (uint32_t)headers->len)
			|| memchr(phrase.s, '\r', (size_t)phrase.len) != NULL
			|| memchr(phrase.s, '\n', (size_t)phrase.len) != NULL) {
		LM_ERR("the engine asks for a reply that is no SIP\n");
		return -1;
	}
	header_lump = add_lump(msg, headers, LUMP_RPL_HDR);
	body_lump = add_lump(msg, body, LUMP_RPL_BODY);
	if((headers->len == 0) == (header_lump == NULL)
			&& (body->len == 0) == (body_lump == NULL))
		r = kj_state.sl.freply(msg, code, &phrase);
	drop_lump(msg, header_lump);
	drop_lump(msg, body_lump);
	return r < 0 ? -1 : 0;
}

str kj_reply_retry_after(char buffer[KJ_RETRY_AFTER])
{
	str s = {buffer, 0};

	s.len = snprintf(buffer, KJ_RETRY_AFTER, "Retry-After: %ld\r\n",
			1 + random() % kj_state.settings.busy_retry_after);
	return s;
}

str kj_reply_busy_reason(int code)
{
	static const str internal = str_init("Server Internal Error");
	static const str unavailable = str_init("Service Unavailable");
	static const str other = str_init("Server Busy");

	return code == 500 ? internal : code == 503 ? unavailable : other;
}

int kj_reply_busy(sip_msg_t *msg)
{
	char buffer[KJ_RETRY_AFTER];
	str headers = kj_reply_retry_after(buffer);
	str reason = kj_reply_busy_reason(kj_state.settings.busy_code);
	str none = {0, 0};

	if(kj_state.base != NULL)
		atomic_fetch_add(&kw_header(kj_state.base)->busy_answers, 1);
	return kj_reply_send(
			msg, kj_state.settings.busy_code, &reason, &headers, &none);
}
