// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

/**
 * What identifies a {@link Presentity}.
 *
 * @param uri as stored, or in lower case when {@code sip_uri_match} asks for it
 * @param event the registered package name
 */
record PresentityKey(String uri, String event) {}
