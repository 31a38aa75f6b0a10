/*
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Package memory of a busy process, laid out so that the core finds it fast.
 *
 * The core's default allocator (q_malloc) keeps a list of free fragments for
 * each size. It looks in the list of the wanted size, then in the next one,
 * through 2,000 lists to the one that holds the untouched rest. What is freed
 * is joined with its neighbours and goes back to that rest: a worker that
 * handles one request after the other finds its lists empty and makes this
 * walk over 300 kB of list heads in every allocation. It was the third of all
 * CPU that Kamailio used for PUBLISH. A few free fragments of each small size,
 * kept apart by neighbours that are never freed, make it a step; of the larger
 * sizes there is one now and then, which ends the walk early. What is split
 * off such a fragment is joined with it again when both are free.
 */
#include "kj_runtime.h"

#include <string.h>

#include "core/mem/mem.h"

#define STEP 16U /* q_malloc rounds to it and has a list for each multiple */
#define SMALL 64U
#define OF_EACH 6U /* all in all 300 kB, overhead of the allocator included */
#define LARGE_STEP 256U
#define LARGE 28U	/* from where the small ones end to 8 kB */
#define OF_LARGE 2U /* 260 kB */
#define FRAGMENTS (SMALL * OF_EACH + LARGE * OF_LARGE)

/* Bytes; with less, the memory is needed more than the speed (kamailio -M). */
#define LEAST_FREE (2UL * 1024 * 1024)

static size_t size_of(unsigned i)
{
	if(i < SMALL * OF_EACH)
		return (i / OF_EACH + 1) * STEP;
	i = (i - SMALL * OF_EACH) / OF_LARGE;
	return SMALL * STEP + (i + 1) * LARGE_STEP;
}

void kj_pkg_lay_out(void)
{
	static pid_t laid_out;
	void *fragments[FRAGMENTS];

	if(laid_out == getpid())
		return;
	laid_out = getpid();
	if(_pkg_root.mname == NULL || strcmp(_pkg_root.mname, "q_malloc") != 0
			|| pkg_available() < LEAST_FREE)
		return;
	for(unsigned i = 0; i < FRAGMENTS; i++) {
		fragments[i] = pkg_malloc(size_of(i));
		(void)pkg_malloc(1);
	}
	for(unsigned i = 0; i < FRAGMENTS; i++)
		if(fragments[i] != NULL)
			pkg_free(fragments[i]);
}
