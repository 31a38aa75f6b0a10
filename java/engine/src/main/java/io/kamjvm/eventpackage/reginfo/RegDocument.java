// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.reginfo;

import io.kamjvm.eventpackage.Document;
import java.util.List;

/**
 * A published reginfo document (RFC 3680 section 5). Immutable.
 *
 * @param elements the child elements of its root, ready to stand in another document
 */
record RegDocument(byte[] bytes, List<byte[]> elements) implements Document {}
