/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What this process says besides calls: results of commands. Calls reserve
 * room for nothing, so the ring may be full; then a few records wait here.
 * Whatever gets lost nevertheless is freed by the engine's in-flight watchdog.
 */
#include "kj_runtime.h"
#include "kw_message.h"

#include <stdlib.h>
#include <string.h>

#define WAITING 128

struct record
{
	int32_t type;
	uint32_t length;
	uint8_t *data; /* malloc'ed */
};

static struct record waiting[WAITING];
static unsigned first, count;

/* The epoch leads every record of this file. */
static int is_stale(const uint8_t *data)
{
	uint32_t epoch;

	memcpy(&epoch, data, sizeof(epoch));
	return epoch != atomic_load(&kw_header(kj_state.base)->epoch);
}

void kj_event_flush(void)
{
	while(count > 0) {
		struct record *r = &waiting[first];
		if(!is_stale(r->data)
				&& kw_event_write(kj_state.base, r->type, r->data, r->length)
						   == KW_RING_FULL)
			return;
		free(r->data);
		first = (first + 1) % WAITING;
		count--;
	}
}

static void say(int32_t type, const uint8_t *data, uint32_t length)
{
	static int told;
	struct record *r;
	uint8_t *copy;

	kj_event_flush();
	if(is_stale(data))
		return;
	if(count == 0
			&& kw_event_write(kj_state.base, type, data, length) == KW_RING_OK)
		return;
	copy = count == WAITING ? NULL : malloc(length);
	if(copy == NULL) {
		if(!told)
			LM_WARN("the event ring is full: results get lost, the engine's "
					"watchdog takes over (this is told once)\n");
		told = 1;
		return;
	}
	r = &waiting[(first + count++) % WAITING];
	r->type = type;
	r->length = length;
	r->data = memcpy(copy, data, length);
}

void kj_event_send(
		int32_t type, uint32_t epoch, uint64_t id, struct kw_tlv_writer *fields)
{
	static uint8_t data[KJ_REPLY_EVENT_MAX];

	if(fields->failed || fields->length > sizeof(data) - KJ_EVENT_HEADER) {
		LM_ERR("event %d does not fit\n", (int)type);
		return;
	}
	memset(data, 0, KJ_EVENT_HEADER);
	memcpy(data, &epoch, sizeof(epoch));
	memcpy(data + 8, &id, sizeof(id));
	memcpy(data + KJ_EVENT_HEADER, fields->buffer, fields->length);
	say(type, data, KJ_EVENT_HEADER + fields->length);
}

void kj_event_courier(uint32_t epoch, uint32_t courier)
{
	uint32_t data[2] = {epoch, courier};

	say(KW_EV_COURIER, (const uint8_t *)data, sizeof(data));
}
