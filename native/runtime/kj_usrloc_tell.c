/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the engine hears of the location table (bridge.md 10). Every change of a
 * binding is told by whoever makes it, under the lock of its slot, so the event
 * ring has the history of each AOR in its true order. A part of the table that
 * is read on command is told the same way, between the changes. What can not
 * be told is counted, and the engine reads all again.
 */
#include "kj_usrloc.h"
#include "kw_message.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/socket_info.h"
#include "modules/usrloc/dlist.h"

#define HEADER 16
#define EVENT_ROOM (64 * 1024)
#define CHUNK (32 * 1024)
#define READ_TRIES 8
#define PAUSE_US 500
#define PAUSES 4000

static void text(struct kw_tlv_writer *w, uint16_t tag, const str *s)
{
	if(s->s != NULL && s->len > 0)
		kw_tlv_bytes(w, tag, s->s, (uint32_t)s->len);
}

static void write_contact(struct kw_tlv_writer *w, const ucontact_t *c)
{
	uint32_t mark = kw_tlv_begin(w, KW_T_UL_CONTACT);

	text(w, KW_T_UL_RUID, &c->ruid);
	text(w, KW_T_UL_URI, &c->c);
	text(w, KW_T_UL_RECEIVED, &c->received);
	text(w, KW_T_UL_PATH, &c->path);
	kw_tlv_int(w, KW_T_UL_EXPIRES, (int64_t)c->expires);
	if(c->q != Q_UNSPECIFIED)
		kw_tlv_int(w, KW_T_UL_Q, c->q);
	text(w, KW_T_UL_CALL_ID, &c->callid);
	kw_tlv_int(w, KW_T_UL_CSEQ, c->cseq);
	text(w, KW_T_UL_USER_AGENT, &c->user_agent);
	if(c->sock != NULL)
		text(w, KW_T_UL_SOCKET, &c->sock->sock_str);
	kw_tlv_int(w, KW_T_UL_METHODS, c->methods);
	text(w, KW_T_UL_INSTANCE, &c->instance);
	kw_tlv_int(w, KW_T_UL_REG_ID, c->reg_id);
	kw_tlv_int(w, KW_T_UL_BRANCH_FLAGS, c->cflags);
	kw_tlv_int(w, KW_T_UL_MODIFIED, (int64_t)c->last_modified);
	kw_tlv_end(w, mark);
}

static void lost(void)
{
	atomic_fetch_add(&kw_header(kj_state.base)->usrloc_lost, 1);
}

/* Only an engine that lives or starts has an event ring that is read. */
static int heard(void)
{
	uint32_t state = atomic_load(&kw_header(kj_state.base)->engine_state);

	return state == KW_ENGINE_READY || state == KW_ENGINE_STARTING;
}

static uint8_t *event_begin(
		struct kw_tlv_writer *w, int change, const str *table, const str *aor)
{
	static uint8_t data[EVENT_ROOM];

	kw_tlv_init(w, data + HEADER, EVENT_ROOM - HEADER);
	kw_tlv_int(w, KW_T_UL_CHANGE, change);
	text(w, KW_T_UL_TABLE, table);
	text(w, KW_T_UL_AOR, aor);
	return data;
}

static void event_end(uint8_t *data, const struct kw_tlv_writer *w)
{
	uint32_t epoch = atomic_load(&kw_header(kj_state.base)->epoch);

	memset(data, 0, HEADER);
	memcpy(data, &epoch, sizeof(epoch));
	if(w->failed || !heard()
			|| kw_event_write(
					   kj_state.base, KW_EV_USRLOC, data, HEADER + w->length)
					   != KW_RING_OK)
		lost();
}

static int change_of(int type)
{
	switch(type) {
		case UL_CONTACT_INSERT:
			return KW_UL_INSERTED;
		case UL_CONTACT_UPDATE:
			return KW_UL_UPDATED;
		case UL_CONTACT_DELETE:
			return KW_UL_DELETED;
		case UL_CONTACT_EXPIRE:
			return KW_UL_EXPIRED;
		default:
			return 0;
	}
}

/* All contacts of a record, under the slot's lock. */
static void tell_record(const urecord_t *r)
{
	const ucontact_t *c = r->contacts;

	do {
		struct kw_tlv_writer w;
		uint8_t *data = event_begin(&w, KW_UL_LISTED, r->domain, &r->aor);
		while(c != NULL && w.length < CHUNK) {
			write_contact(&w, c);
			c = c->next;
		}
		if(c != NULL)
			kw_tlv_int(&w, KW_T_UL_MORE, 1);
		event_end(data, &w);
	} while(c != NULL);
}

/* What the database has of the AOR of a contact that changes: there is no
 * other way to know its other contacts. usrloc's one record of this process is
 * used; usrloc puts back what it held. */
static void tell_stored(const ucontact_t *c)
{
	char copy[KJ_AOR_ROOM];
	str aor = {copy, c->aor->len};
	udomain_t *d;
	urecord_t *r = NULL;

	if(aor.len >= KJ_AOR_ROOM || kj_ul.api.get_udomain(c->domain->s, &d) != 0)
		return;
	memcpy(copy, c->aor->s, (size_t)aor.len);
	if(kj_ul.api.get_urecord(d, &aor, &r) != 0)
		return;
	tell_record(r);
	kj_ul.api.release_urecord(r);
}

/* usrloc's callback, under the slot's lock. */
void kj_usrloc_changed(ucontact_t *c, int type, void *param)
{
	struct kw_tlv_writer w;
	int change = change_of(type);
	uint8_t *data;

	(void)param;
	if(kj_state.base == NULL || !kj_state.usrloc_listen || change == 0
			|| destroy_modules_phase())
		return;
	if(kj_ul.api.db_mode == DB_ONLY)
		tell_stored(c);
	data = event_begin(&w, change, c->domain, c->aor);
	kw_tlv_int(&w, KW_T_UL_MARKS, kj_ul.marks | (kj_ul.own ? KW_UL_OWN : 0));
	write_contact(&w, c);
	event_end(data, &w);
}

/* The engine must not drown: others need the ring, too. */
static void wait_for_room(void)
{
	struct kw_ring ring = kw_events(kj_state.base);

	for(int i = 0; i < PAUSES && heard()
				   && kw_ring_size(&ring) > KW_EVENTS_CAPACITY / 4;
			i++)
		usleep(PAUSE_US);
}

/* usrloc's list of its tables is no part of its API. */
static const dlist_t *tables(void)
{
	static dlist_t **root;

	if(root == NULL) {
		const sr_module_t *m = find_module_by_name("usrloc");
		root = m == NULL ? NULL : (dlist_t **)dlsym(m->handle, "_ksr_ul_root");
	}
	return root == NULL ? NULL : *root;
}

struct item
{
	str ruid;
	unsigned int hash;
};

/* The next of what get_all_ucontacts() has packed; 0 at the end. */
static int unpack(const char **p, const char *end, struct item *item)
{
	int n;

	if(end - *p < (long)sizeof(n))
		return 0;
	memcpy(&n, *p, sizeof(n));
	if(n == 0)
		return 0;
	*p += sizeof(n) + (size_t)n;
	memcpy(&n, *p, sizeof(n));
	*p += sizeof(n) + (size_t)n;
	*p += sizeof(struct socket_info *) + sizeof(((ucontact_t *)0)->cflags);
	memcpy(&n, *p, sizeof(n));
	*p += sizeof(n) + (size_t)n;
	memcpy(&n, *p, sizeof(n));
	item->ruid.s = (char *)*p + sizeof(n);
	item->ruid.len = n;
	*p += sizeof(n) + (size_t)n;
	memcpy(&item->hash, *p, sizeof(item->hash));
	*p += sizeof(item->hash);
	return *p <= end;
}

/* malloc'ed; NULL if it can not be had. */
static char *pack(uint32_t page, uint32_t pages, int *length)
{
	int room = 64 * 1024, more;
	char *buffer = NULL;

	for(int i = 0; i < READ_TRIES; i++) {
		char *larger = realloc(buffer, (size_t)room);
		if(larger == NULL)
			break;
		buffer = larger;
		more = kj_ul.api.get_all_ucontacts(buffer, room, 0, page, pages, 0);
		if(more < 0)
			break;
		*length = room;
		if(more == 0)
			return buffer;
		room += more + more / 2 + 4096;
	}
	free(buffer);
	return NULL;
}

/* The record of this contact, unless it is the one that was told last. */
static void tell_item(
		struct item *item, char told[KJ_AOR_ROOM], int *told_length)
{
	for(const dlist_t *t = tables(); t != NULL; t = t->next) {
		urecord_t *r = NULL;
		ucontact_t *c = NULL;
		str aor;
		if(kj_ul.api.get_urecord_by_ruid(t->d, item->hash, &item->ruid, &r, &c)
				!= 0)
			continue;
		aor = r->aor;
		if(aor.len != *told_length
				|| memcmp(aor.s, told, (size_t)aor.len) != 0) {
			tell_record(r);
			*told_length = aor.len <= KJ_AOR_ROOM ? aor.len : -1;
			if(*told_length > 0)
				memcpy(told, aor.s, (size_t)aor.len);
		}
		/* it has locked the slot */
		kj_ul.api.unlock_udomain(t->d, &aor);
		return;
	}
}

static int read_page(uint32_t page, uint32_t pages)
{
	char told[KJ_AOR_ROOM];
	int length = 0, told_length = -1;
	char *buffer = pack(page, pages, &length);
	const char *p = buffer;
	struct item item;

	if(buffer == NULL)
		return -1;
	while(unpack(&p, buffer + length, &item)) {
		wait_for_room();
		tell_item(&item, told, &told_length);
	}
	free(buffer);
	return 0;
}

void kj_usrloc_read(
		const uint8_t *fields, uint32_t length, uint32_t epoch, uint64_t id)
{
	int64_t page = -1, pages = 0;
	uint8_t buffer[64];
	struct kw_tlv_writer w;
	struct kw_tlv_reader r;
	struct kw_tlv_field f;
	int status = -1;

	kw_tlv_open(&r, fields, length);
	while(kw_tlv_next(&r, &f)) {
		if(f.tag == KW_T_UL_PAGE)
			kw_tlv_get_int(&f, &page);
		if(f.tag == KW_T_UL_PAGES)
			kw_tlv_get_int(&f, &pages);
	}
	if(kj_ul.bound && pages > 0 && pages <= 65536 && page >= 0 && page < pages)
		status = read_page((uint32_t)page, (uint32_t)pages);
	kw_tlv_init(&w, buffer, sizeof(buffer));
	kw_tlv_int(&w, KW_T_STATUS, status);
	kj_event_send(KW_EV_USRLOC_READ, epoch, id, &w);
}
