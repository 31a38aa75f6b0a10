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
 * kept apart by neighbours that are never freed, make it a step.
 */
#include "kj_runtime.h"

#include <string.h>

#include "core/mem/mem.h"

#define STEP 16U /* q_malloc rounds to it and has a list for each multiple */
#define SIZES 64U
#define OF_EACH 6U /* all in all 300 kB, overhead of the allocator included */

/* Bytes; with less, the memory is needed more than the speed (kamailio -M). */
#define LEAST_FREE (2UL * 1024 * 1024)

void kj_pkg_lay_out(void)
{
	static pid_t laid_out;
	void *fragments[SIZES][OF_EACH];

	if(laid_out == getpid())
		return;
	laid_out = getpid();
	if(_pkg_root.mname == NULL || strcmp(_pkg_root.mname, "q_malloc") != 0
			|| pkg_available() < LEAST_FREE)
		return;
	for(unsigned size = 0; size < SIZES; size++)
		for(unsigned i = 0; i < OF_EACH; i++) {
			fragments[size][i] = pkg_malloc((size + 1) * STEP);
			(void)pkg_malloc(1);
		}
	for(unsigned size = 0; size < SIZES; size++)
		for(unsigned i = 0; i < OF_EACH; i++)
			if(fragments[size][i] != NULL)
				pkg_free(fragments[size][i]);
}
