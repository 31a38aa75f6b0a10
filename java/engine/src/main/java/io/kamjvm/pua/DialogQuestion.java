// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

/**
 * Which dialog a NOTIFY belongs to.
 *
 * @param presentityUri the NOTIFY's From URI
 * @param watcherUri its To URI
 * @param localTag its To tag: the From tag of our SUBSCRIBE
 * @param remoteTag its From tag
 */
public record DialogQuestion(
    Source source,
    String presentityUri,
    String watcherUri,
    String callId,
    String localTag,
    String remoteTag) {}
