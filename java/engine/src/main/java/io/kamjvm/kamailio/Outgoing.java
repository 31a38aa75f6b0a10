// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

/** A request together with the one who wants to know what became of it. */
public record Outgoing(OutgoingRequest request, RequestListener listener) {}
