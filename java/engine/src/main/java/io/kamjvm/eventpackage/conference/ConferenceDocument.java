// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.conference;

import io.kamjvm.eventpackage.Document;
import java.util.List;
import java.util.Optional;

/**
 * A published body of the conference package. Immutable.
 *
 * @param elements the child elements of its root, ready to stand in another document; empty when it
 *     is no conference-info
 */
record ConferenceDocument(byte[] bytes, Optional<List<byte[]>> elements) implements Document {}
