// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage;

import java.util.Optional;

/**
 * A watcher, as its package needs to know it. The server makes them; more may be known of a watcher
 * in later versions. Immutable.
 *
 * @param presentity whom it watches, {@code sip:user@host} as stored
 * @param uri who it is, {@code sip:user@host}
 * @param verdict what was decided about it before; empty for a new watcher, and where nobody
 *     decides: the package needs no authorisation or the server has no database
 * @param rules the presentity's rules; empty when it has none, and where nobody needs authorisation
 * @param sphere what the presentity's newest document says it is in ({@code work}, {@code home}
 *     ..., RFC 4480 section 3.11); empty when none says it, and where {@code enable_sphere_check}
 *     is off
 * @param version the number of the document that it is about to get, rising by one with each NOTIFY
 *     of its subscription; 0 while it is being authorised
 */
public record Watcher(
    String presentity,
    String uri,
    Optional<Verdict> verdict,
    Optional<Rules> rules,
    Optional<String> sphere,
    int version) {}
