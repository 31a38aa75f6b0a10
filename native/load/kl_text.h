/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Strings that are borrowed, and text that grows in a buffer of fixed size.
 */
#ifndef KL_TEXT_H
#define KL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A piece of somebody else's memory; not terminated. */
struct kl_str
{
	const char *s;
	size_t len;
};

/* What does not fit is left out, and `cut` stays set. */
struct kl_text
{
	char *at;
	size_t len, size;
	bool cut;
};

static inline void kl_put_bytes(struct kl_text *t, const char *s, size_t n)
{
	if(n > t->size - t->len) {
		t->cut = true;
		return;
	}
	memcpy(t->at + t->len, s, n);
	t->len += n;
}

static inline void kl_put(struct kl_text *t, const char *s)
{
	kl_put_bytes(t, s, strlen(s));
}

static inline void kl_put_str(struct kl_text *t, struct kl_str s)
{
	kl_put_bytes(t, s.s, s.len);
}

static inline void kl_put_number(struct kl_text *t, uint64_t number)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while(number > 0);
	kl_put_bytes(t, digits + at, sizeof(digits) - at);
}

/* Copies and terminates; false and empty when it does not fit. */
static inline bool kl_keep(char *to, size_t size, struct kl_str s)
{
	if(s.len >= size) {
		to[0] = 0;
		return false;
	}
	memcpy(to, s.s, s.len);
	to[s.len] = 0;
	return true;
}

#endif
