// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.bench;

/**
 * What one Kamailio, and the database behind it, used for a load.
 *
 * @param kamailioMicros user and system time of all its processes but the engine
 * @param engineMicros that of the engine, 0 for the stock modules
 * @param databaseMicros that of the database server, 0 when there is none of its own
 * @param memoryMegabytes PSS of Kamailio's processes, the engine among them, at the end
 * @param sharedPeakMegabytes the most that was used of Kamailio's shared memory since its start
 * @param socketDrops datagrams for which its UDP socket had no room
 */
record Usage(
    long kamailioMicros,
    long engineMicros,
    long databaseMicros,
    double memoryMegabytes,
    double sharedPeakMegabytes,
    long socketDrops) {}
