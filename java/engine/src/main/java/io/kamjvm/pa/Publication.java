// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

/**
 * Content that somebody has published and keeps alive. Immutable.
 *
 * @param id stays the same as long as it lives
 * @param etag its entity-tag, another one after each request
 * @param expires epoch seconds
 */
record Publication(String id, String etag, long expires, Content content) {}
