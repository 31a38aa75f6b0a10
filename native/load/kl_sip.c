/*
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "kl_sip.h"

#include <strings.h>

static struct kl_str trimmed(const char *s, const char *end)
{
	while(s < end && (*s == ' ' || *s == '\t'))
		s++;
	while(end > s && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	return (struct kl_str){s, (size_t)(end - s)};
}

static unsigned number(struct kl_str s)
{
	uint64_t n = 0;
	size_t i;

	for(i = 0; i < s.len && s.s[i] >= '0' && s.s[i] <= '9'; i++) {
		n = n * 10 + (unsigned)(s.s[i] - '0');
		if(n > UINT32_MAX)
			return UINT32_MAX;
	}
	return (unsigned)n;
}

/* The value of ;name= behind the angle brackets, if there are any. */
static struct kl_str parameter(struct kl_str value, const char *name)
{
	const char *end = value.s + value.len;
	const char *s = memchr(value.s, '>', value.len);
	size_t len = strlen(name);

	if(s == NULL)
		s = value.s;
	while((s = memchr(s, ';', (size_t)(end - s))) != NULL) {
		s++;
		while(s < end && *s == ' ')
			s++;
		if((size_t)(end - s) > len && strncasecmp(s, name, len) == 0
				&& s[len] == '=') {
			const char *from = s + len + 1, *to = from;
			while(to < end && strchr(";, >\t", *to) == NULL)
				to++;
			return (struct kl_str){from, (size_t)(to - from)};
		}
	}
	return (struct kl_str){end, 0};
}

static struct kl_str uri_of(struct kl_str value)
{
	const char *from = memchr(value.s, '<', value.len);
	const char *end = value.s + value.len, *to;

	if(from == NULL) {
		to = memchr(value.s, ';', value.len);
		return (struct kl_str){
				value.s, to == NULL ? value.len : (size_t)(to - value.s)};
	}
	from++;
	to = memchr(from, '>', (size_t)(end - from));
	return (struct kl_str){from, to == NULL ? 0 : (size_t)(to - from)};
}

static bool named(struct kl_str name, const char *wanted, char compact)
{
	if(name.len == 1)
		return compact != 0 && (name.s[0] | 0x20) == compact;
	return name.len == strlen(wanted)
		   && strncasecmp(name.s, wanted, name.len) == 0;
}

static bool header(struct kl_sip *m, struct kl_str name, struct kl_str value)
{
	if(named(name, "Via", 'v')) {
		if(m->n_vias == KL_VIAS)
			return false;
		if(m->n_vias == 0)
			m->branch = parameter(value, "branch");
		m->vias[m->n_vias++] = value;
	} else if(named(name, "From", 'f')) {
		m->from = value;
	} else if(named(name, "To", 't')) {
		m->to = value;
		m->to_tag = parameter(value, "tag");
	} else if(named(name, "Call-ID", 'i')) {
		m->call_id = value;
	} else if(named(name, "CSeq", 0)) {
		m->cseq = value;
		m->cseq_number = number(value);
	} else if(named(name, "Contact", 'm')) {
		m->contact = uri_of(value);
	} else if(named(name, "SIP-ETag", 0)) {
		m->etag = value;
	} else if(named(name, "Subscription-State", 0)) {
		m->subscription_state = value;
	} else if(named(name, "Retry-After", 0)) {
		m->has_retry_after = true;
		m->retry_after = number(value);
	} else if(named(name, "Content-Length", 'l')) {
		m->content_length = number(value);
	}
	return true;
}

static bool start_line(struct kl_sip *m, struct kl_str line)
{
	const char *space;

	if(line.len > 12 && memcmp(line.s, "SIP/2.0 ", 8) == 0) {
		m->code = number((struct kl_str){line.s + 8, 3});
		return m->code >= 100 && m->code < 700;
	}
	space = memchr(line.s, ' ', line.len);
	if(space == NULL)
		return false;
	m->request = true;
	m->method = (struct kl_str){line.s, (size_t)(space - line.s)};
	return true;
}

bool kl_sip_parse(struct kl_sip *m, const char *data, size_t len)
{
	const char *at = data, *end = data + len, *stop, *colon;
	struct kl_str line;
	bool first = true;

	memset(m, 0, sizeof(*m));
	for(;; at = stop + 1, first = false) {
		stop = memchr(at, '\n', (size_t)(end - at));
		if(stop == NULL)
			return false;
		line = trimmed(at, stop);
		if(line.len == 0)
			break;
		if(first) {
			if(!start_line(m, line))
				return false;
			continue;
		}
		colon = memchr(line.s, ':', line.len);
		if(colon != NULL
				&& !header(m, trimmed(line.s, colon),
						trimmed(colon + 1, line.s + line.len)))
			return false;
	}
	m->body = (struct kl_str){stop + 1, (size_t)(end - stop - 1)};
	if(!m->request && m->cseq.len > 0) {
		const char *space = memchr(m->cseq.s, ' ', m->cseq.len);
		if(space != NULL)
			m->method = trimmed(space, m->cseq.s + m->cseq.len);
	}
	return m->n_vias > 0 && m->from.len > 0 && m->to.len > 0
		   && m->call_id.len > 0 && m->cseq.len > 0;
}

long kl_sip_frame(const char *data, size_t len, size_t limit)
{
	const char *end = data + len, *at, *stop, *colon;
	size_t length = 0, lead = 0, whole;

	while(lead < len && (data[lead] == '\r' || data[lead] == '\n'))
		lead++;
	for(at = data + lead; at < end; at = stop + 1) {
		struct kl_str line;
		stop = memchr(at, '\n', (size_t)(end - at));
		if(stop == NULL)
			break;
		line = trimmed(at, stop);
		if(line.len == 0) {
			whole = (size_t)(stop + 1 - data) + length;
			if(whole > limit)
				return -1;
			return whole <= len ? (long)whole : 0;
		}
		colon = memchr(line.s, ':', line.len);
		if(colon != NULL
				&& named(trimmed(line.s, colon), "Content-Length", 'l'))
			length = number(trimmed(colon + 1, line.s + line.len));
	}
	return len > limit ? -1 : 0;
}

static void copy(struct kl_text *t, const char *name, struct kl_str value)
{
	kl_put(t, name);
	kl_put_str(t, value);
	kl_put(t, "\r\n");
}

void kl_sip_ok(struct kl_text *t, const struct kl_sip *request)
{
	unsigned i;

	kl_put(t, "SIP/2.0 200 OK\r\n");
	for(i = 0; i < request->n_vias; i++)
		copy(t, "Via: ", request->vias[i]);
	copy(t, "From: ", request->from);
	copy(t, "To: ", request->to);
	copy(t, "Call-ID: ", request->call_id);
	copy(t, "CSeq: ", request->cseq);
	kl_put(t, "Content-Length: 0\r\n\r\n");
}
