// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import java.util.Optional;

/**
 * A series of publications that the client keeps alive.
 *
 * @param id as the order named it
 * @param body the last document; empty when it is not known any more
 */
public record HeldPublication(String presentityUri, String id, Optional<byte[]> body) {}
