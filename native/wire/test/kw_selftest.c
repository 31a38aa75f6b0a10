/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The wire library against itself, meant to run under ASan and UBSan: models,
 * then damage of every kind. Buffers have exactly the size they need, so that
 * one byte too far is found.
 *
 * usage: kw_selftest [SEED [ROUNDS]]
 */
#include "kw_selftest.h"

#include <string.h>

#include "kw_deferral.h"
#include "kw_frame.h"
#include "kw_message.h"
#include "kw_region.h"
#include "kw_ring.h"
#include "kw_tlv.h"

static char replay[64];
const char *kw_test_replay = replay;

void touch(int32_t type, const uint8_t *data, uint32_t length, void *arg)
{
	struct expected *e = arg;
	uint32_t i;

	CHECK(type > 0);
	for(i = 0; i < length; i++)
		e->sum += data[i];
	e->next++;
}

static void write_fields(struct random *r, struct kw_tlv_writer *w, int depth)
{
	static const uint16_t blocks[] = {KW_T_MESSAGE, KW_T_SUBS, KW_T_COMMAND};
	uint8_t value[64];
	int i;
	int n = (int)random_below(r, 5);

	random_fill(r, value, sizeof(value));
	for(i = 0; i < n; i++) {
		switch(random_below(r, 3)) {
			case 0:
				kw_tlv_int(w, KW_T_CSEQ, (int64_t)random_next(r));
				break;
			case 1:
				kw_tlv_bytes(w, KW_T_BODY, value, random_below(r, 64));
				break;
			default:
				if(depth < KW_TLV_MAX_DEPTH) {
					uint32_t mark = kw_tlv_begin(w, blocks[random_below(r, 3)]);

					write_fields(r, w, depth + 1);
					kw_tlv_end(w, mark);
				}
		}
	}
}

static void walk(const uint8_t *data, uint32_t length, int depth)
{
	struct kw_tlv_reader reader;
	struct kw_tlv_field f;
	struct expected e = {0, 0};
	int64_t v;

	kw_tlv_open(&reader, data, length);
	while(kw_tlv_next(&reader, &f)) {
		touch(1, f.value, f.length, &e);
		kw_tlv_get_int(&f, &v);
		if(depth < 4)
			walk(f.value, f.length, depth + 1);
	}
}

static void fields_stay_within(struct random *r)
{
	uint32_t capacity = random_below(r, 1000);
	uint8_t *data = malloc(capacity + 1);
	struct kw_tlv_writer w;
	uint8_t *exact;
	uint32_t i;

	kw_tlv_init(&w, data, capacity);
	write_fields(r, &w, 1);
	CHECK(w.length <= capacity && w.length % 4 == 0);
	if(!w.failed)
		CHECK(kw_tlv_check(data, w.length) == 0);
	for(i = 0; i < 20; i++) {
		uint32_t length = random_below(r, w.length + 1);

		exact = malloc(length + (length == 0));
		memcpy(exact, data, length);
		if(length > 0 && i % 2 == 0)
			exact[random_below(r, length)] = (uint8_t)random_next(r);
		kw_tlv_check(exact, length);
		walk(exact, length, 1);
		free(exact);
	}
	free(data);
}

static void depth_is_bounded(void)
{
	uint8_t data[(KW_TLV_MAX_DEPTH + 1) * 8];
	struct kw_tlv_writer w;
	uint32_t marks[KW_TLV_MAX_DEPTH + 1];
	int deep;

	for(deep = KW_TLV_MAX_DEPTH - 1; deep <= KW_TLV_MAX_DEPTH; deep++) {
		int i;

		kw_tlv_init(&w, data, sizeof(data));
		for(i = 0; i < deep; i++)
			marks[i] = kw_tlv_begin(&w, KW_T_MESSAGE);
		while(i-- > 0)
			kw_tlv_end(&w, marks[i]);
		CHECK(!w.failed);
		CHECK(kw_tlv_check(data, w.length)
				== (deep < KW_TLV_MAX_DEPTH ? 0 : -1));
	}
}

static void *region_new(uint32_t processes)
{
	uint64_t length = kw_region_length(processes, 1);
	void *base = aligned_alloc(KW_PAGE, length);

	CHECK(base != NULL);
	memset(base, 0, length);
	kw_region_init(base, processes, 1);
	CHECK(kw_region_check(base, length) == 0);
	CHECK(kw_region_check(base, length - 1) == -1);
	return base;
}

static void region_is_checked(struct random *r, void *base)
{
	uint64_t length = kw_region_length(2, 1);
	uint8_t saved[88];
	int i;

	CHECK(kw_region_length(0, 1) == 0 && kw_region_length(1, 0) == 0);
	CHECK(kw_region_length(KW_MAX_PROCESSES + 1, 1) == 0);
	memcpy(saved, base, sizeof(saved));
	for(i = 0; i < 200; i++) {
		uint32_t at = random_below(r, 72);

		((uint8_t *)base)[at] ^= (uint8_t)(1 + random_below(r, 255));
		CHECK(kw_region_check(base, length) == -1);
		memcpy(base, saved, sizeof(saved));
	}
	CHECK(kw_frame_at(base, 2 * KW_FRAMES_PER_PROCESS) == NULL);
	CHECK(kw_frame_at(base, UINT32_MAX) == NULL);
	CHECK(kw_deferral_at(base, KW_DEFERRAL_COUNT) == NULL);
	CHECK(kw_courier(base, 1) == NULL && kw_courier_ring(base, 1) == NULL);
}

static void frames_refuse_nonsense(struct random *r, void *base)
{
	struct kw_region_header *h = kw_header(base);
	int i;

	atomic_store(&h->epoch, 1);
	atomic_store(&h->engine_state, KW_ENGINE_READY);
	for(i = 0; i < 200; i++) {
		struct kw_frame *f = kw_frame_acquire(base, 0, 0);
		struct kw_ring events = kw_events(base);
		struct expected e = {0, 0};
		uint32_t length = (uint32_t)random_next(r) >> random_below(r, 32);
		int rc;

		atomic_store(&h->heartbeat_ns, kw_now_ns());
		CHECK(f != NULL);
		f->request_length = length;
		rc = kw_frame_submit(base, f, kw_now_ns() + UINT64_C(1000000000));
		CHECK(rc == (length <= KW_FRAME_AREA ? KW_RING_OK : KW_RING_TOO_LONG));
		if(rc != KW_RING_OK)
			continue;
		CHECK(kw_mpsc_read(&events, touch, &e, 10) == 1);
		CHECK(kw_frame_take(f, f->generation, 1));
		f->response_length = length << random_below(r, 12);
		CHECK(kw_frame_answer(f, KW_FRAME_DONE));
		rc = kw_frame_wait(base, f, 0);
		CHECK(rc
				== (f->response_length <= KW_FRAME_AREA ? KW_WAIT_DONE
														: KW_WAIT_BAD));
		kw_frame_release(f);
	}
}

static void deferrals_are_counted(struct random *r, void *base)
{
	struct kw_region_header *h = kw_header(base);
	uint8_t state[8] = {0};
	char text[KW_DEFERRAL_STRIDE];
	int i;

	memset(text, 'x', sizeof(text));
	h->deferral_count = 8;
	for(i = 0; i < 5000; i++) {
		uint32_t n = random_below(r, 8);
		struct kw_deferral *d = kw_deferral_at(base, n);
		uint32_t generation = atomic_load(&d->generation);
		uint32_t open = 0;
		int32_t claimed;

		switch(random_below(r, 4)) {
			case 0:
				claimed = kw_deferral_claim(base);
				CHECK(claimed < 8 && (claimed < 0 || state[claimed] == 0));
				if(claimed >= 0)
					state[claimed] = KW_DEFERRAL_FILLING;
				break;
			case 1:
				if(state[n] != KW_DEFERRAL_FILLING)
					break;
				if(kw_deferral_open(base, d, text, random_below(r, 400), text,
						   random_below(r, sizeof(text)))
						== 0) {
					state[n] = KW_DEFERRAL_OPEN;
				} else {
					state[n] = KW_DEFERRAL_FREE;
				}
				break;
			case 2:
				CHECK(!kw_deferral_win(d, generation + 1));
				if(kw_deferral_win(d, generation)) {
					CHECK(state[n] == KW_DEFERRAL_OPEN);
					state[n] = KW_DEFERRAL_ANSWERING;
				}
				break;
			default:
				CHECK(!kw_deferral_free(base, d, generation + 1, state[n]));
				CHECK(kw_deferral_free(base, d, generation, state[n])
						== (state[n] != 0));
				state[n] = KW_DEFERRAL_FREE;
		}
		for(n = 0; n < 8; n++)
			open += state[n] != 0;
		CHECK(atomic_load(&h->open_deferrals) == open);
	}
	for(i = 0; i < 8; i++) {
		struct kw_deferral *d = kw_deferral_at(base, (uint32_t)i);

		kw_deferral_free(base, d, atomic_load(&d->generation), state[i]);
	}
	CHECK(atomic_load(&h->open_deferrals) == 0);
	h->deferral_count = KW_DEFERRAL_COUNT;
}

static void layout_is_complete(void)
{
	uint32_t i;
	uint32_t j;

	for(i = 0; kw_layout_name(i) != NULL; i++) {
		for(j = 0; j < i; j++)
			CHECK(strcmp(kw_layout_name(i), kw_layout_name(j)) != 0);
	}
	CHECK(i > 250 && kw_layout_get("nothing") == -1);
	CHECK(kw_layout_get("KW_T_METHOD") == KW_T_METHOD);
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : kw_now_ns();
	int rounds = argc > 2 ? atoi(argv[2]) : 60;
	void *base = region_new(2);
	int i;

	layout_is_complete();
	depth_is_bounded();
	for(i = 0; i < rounds; i++) {
		struct random r;
		int j;

		/* One round replays alone. */
		random_seed(&r, seed + (uint64_t)i);
		snprintf(replay, sizeof(replay), "kw_selftest %llu 1",
				(unsigned long long)r.seed);
		for(j = 0; j < 2; j++) {
			ring_is_a_queue(&r, &kinds[j]);
			damaged_ring_recovers(&r, &kinds[j]);
		}
		for(j = 0; j < 50; j++)
			fields_stay_within(&r);
		region_is_checked(&r, base);
		frames_refuse_nonsense(&r, base);
		deferrals_are_counted(&r, base);
	}
	free(base);
	printf("kw_selftest: %d rounds from seed %llu\n", rounds,
			(unsigned long long)seed);
	return 0;
}
