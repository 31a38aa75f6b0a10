// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import java.util.Optional;

/**
 * An event that can be published or subscribed to.
 *
 * @param bit as stored in column {@code event} of table {@code pua}: one bit
 * @param header the Event header's text
 * @param contentType of documents whose order names none
 * @param processing what is done to documents before they are sent
 */
public record PuaEvent(
    int bit, String header, Optional<String> contentType, BodyProcessing processing) {}
