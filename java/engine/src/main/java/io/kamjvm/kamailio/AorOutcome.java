// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

/**
 * What became of an {@link AorWork}.
 *
 * @param failed whether usrloc has refused something, or has no such table
 * @param found whether the AOR had bindings before
 * @param valid bindings that are valid afterwards
 * @param touched bindings that were put or removed
 */
public record AorOutcome(boolean failed, boolean found, long valid, long touched) {}
