/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <sched.h>
#include <string.h>
#include <sys/wait.h>

#include "kw_frame.h"
#include "kw_message.h"
#include "kw_stress.h"
#include "kw_wake.h"

static void call(void *base, uint32_t me, uint32_t calls)
{
	struct random r;
	uint32_t i;
	uint32_t given_up = 0;
	uint32_t done = 0;

	random_seed(&r, me);
	for(i = 0; i < calls; i++) {
		struct kw_frame *f = NULL;
		uint64_t patience =
				random_below(&r, 3) == 0 ? random_below(&r, 40000) : 5000 * MS;
		uint32_t word = (uint32_t)random_next(&r);
		int rc;

		while((f = kw_frame_acquire(base, me, 0)) == NULL)
			sched_yield();
		memcpy(f->request, &word, 4);
		f->request_length = 4;
		CHECK(kw_frame_submit(base, f, kw_now_ns() + patience) == KW_RING_OK);
		rc = kw_frame_wait(base, f, random_below(&r, 2) * 3000);
		if(rc == KW_WAIT_STEP) {
			word = ~word;
			memcpy(f->request, &word, 4);
			CHECK(kw_frame_resume(base, f) == KW_RING_OK);
			rc = kw_frame_wait(base, f, 0);
		}
		CHECK(rc == KW_WAIT_DONE || rc == KW_WAIT_DEADLINE);
		if(rc == KW_WAIT_DEADLINE) {
			given_up++;
			continue;
		}
		CHECK(f->response_length == 4 && memcmp(f->response, &word, 4) == 0);
		kw_frame_release(f);
		done++;
	}
	CHECK(given_up > 0 && done > calls / 2);
}

static void serve(int32_t type, const uint8_t *data, uint32_t length, void *arg)
{
	uint32_t record[4];
	struct kw_frame *f;

	CHECK(length == sizeof(record));
	memcpy(record, data, sizeof(record));
	f = kw_frame_at(arg, record[0]);
	CHECK(f != NULL);
	if(!kw_frame_take(f, record[1], record[2]))
		return;
	memcpy(f->response, f->request, 4);
	f->response_length = 4;
	kw_frame_answer(f, type == KW_EV_CALL && record[1] % 3 == 0
							   ? KW_FRAME_STEP
							   : KW_FRAME_DONE);
}

static int frames_are_free(void *base, uint32_t callers)
{
	uint32_t i;

	for(i = 0; i < callers * KW_FRAMES_PER_PROCESS; i++) {
		if(atomic_load(&kw_frame_at(base, i)->state) != KW_FRAME_FREE)
			return 0;
	}
	return 1;
}

int mode_frames(const char *path, uint32_t callers, uint32_t calls)
{
	void *base = map(path, kw_region_length(callers, 1));
	struct kw_region_header *h = kw_header(base);
	struct kw_ring events;
	uint32_t running = callers;
	uint32_t i;

	kw_region_init(base, callers, 1);
	events = kw_events(base);
	atomic_store(&h->epoch, 1);
	/* A machine under load may hold us up; lateness is tested elsewhere. */
	atomic_store(&h->heartbeat_ns, kw_now_ns() + 3600 * 1000 * MS);
	atomic_store(&h->engine_state, KW_ENGINE_READY);
	for(i = 0; i < callers; i++) {
		if(child()) {
			call(base, i, calls);
			exit(0);
		}
	}
	while(running > 0 || kw_ring_size(&events) > 0) {
		int status;

		CHECK(kw_mpsc_read(&events, serve, base, 100) >= 0);
		kw_sleep_prepare(&h->engine_sleeping);
		if(kw_ring_size(&events) > 0) {
			kw_sleep_cancel(&h->engine_sleeping);
		} else {
			kw_sleep(&h->engine_sleeping, 10 * MS);
		}
		if(running > 0 && waitpid(-1, &status, WNOHANG) > 0) {
			CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
			running--;
		}
	}
	CHECK(frames_are_free(base, callers));
	printf("calls=%u\n", callers * calls);
	return 0;
}
