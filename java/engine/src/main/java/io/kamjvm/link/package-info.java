// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * Kamailio as the engine sees it ({@code io.kamjvm.kamailio}), spoken over the bridge ({@code
 * io.kamjvm.bridge}): the engine thread, the calls it takes, the commands it gives.
 *
 * <p>Threads: all of this package belongs to the engine thread, except {@link
 * io.kamjvm.link.EngineLoop#execute}. Nothing here blocks: a full ring means a queue, a full queue
 * means an answer that says so.
 *
 * <p>Lifetime: a {@code FrameCall} ends by being answered, by being held (then the deferral record
 * or, where Kamailio can not defer, the frame itself waits for the reply), or by its caller giving
 * up, which the answer finds out. An {@code InFlight} request ends by its results or by the
 * watchdog. Both are entered in one table each, bounded by the frames that exist and by the
 * couriers' credits.
 */
package io.kamjvm.link;
