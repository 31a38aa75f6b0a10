/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of a SIP message (RFC 3261) that a load generator looks at.
 */
#ifndef KL_SIP_H
#define KL_SIP_H

#include "kl_text.h"

#define KL_VIAS 8

/* Everything points into the message that was parsed. */
struct kl_sip
{
	bool request;
	unsigned code;				 /* of a reply */
	struct kl_str method;		 /* of a request, else of its CSeq */
	struct kl_str vias[KL_VIAS]; /* values, topmost first */
	unsigned n_vias;
	struct kl_str from, to, call_id, cseq; /* values */
	unsigned cseq_number;
	struct kl_str branch;  /* of the topmost Via */
	struct kl_str to_tag;  /* empty when there is none */
	struct kl_str contact; /* URI */
	struct kl_str etag;	   /* SIP-ETag */
	struct kl_str subscription_state;
	bool has_retry_after;
	unsigned retry_after; /* seconds */
	unsigned content_length;
	struct kl_str body;
};

/* Parses one whole message; false when a line that every message has is
 * missing or has too many Vias. */
bool kl_sip_parse(struct kl_sip *m, const char *data, size_t len);

/* For streams: bytes of the first message in the data, 0 when it is not all
 * there, -1 when it can not become one of at most `limit` bytes. Line breaks in
 * front of it (keep-alives) count as part of it. */
long kl_sip_frame(const char *data, size_t len, size_t limit);

/* Writes the 200 to a request. */
void kl_sip_ok(struct kl_text *t, const struct kl_sip *request);

static inline bool kl_is(struct kl_str s, const char *text)
{
	return s.len == strlen(text) && memcmp(s.s, text, s.len) == 0;
}

#endif
