// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.storage.jdbc;

/**
 * How changes are carried out.
 *
 * @param oneByOne each submission for itself, because carrying out all at once has failed
 * @param repeated nobody knows whether an earlier attempt took effect
 */
record Manner(boolean oneByOne, boolean repeated) {}
