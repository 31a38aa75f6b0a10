// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.sip;

/**
 * What identifies a dialog at our end (RFC 3261 section 12). Immutable.
 *
 * @param localTag ours
 * @param remoteTag the peer's
 */
public record DialogId(String callId, String localTag, String remoteTag) {}
