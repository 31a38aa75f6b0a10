// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import io.kamjvm.harness.sip.RequestDraft;

/** Makes the request of a step: what the phone would send, then the changes that are wanted. */
record RequestWriter(Cast cast) {

  RequestDraft draft(final Phone phone, final Action.Request request) {
    final String whom = cast.presentity(request.whom());
    final long before = phone.cseq();
    final RequestDraft draft =
        request.method().equals("SUBSCRIBE")
            ? phone.subscribe(whom)
            : phone.request(request.method(), whom);
    draft.header("Event", request.event());
    request.expires().ifPresent(value -> draft.header("Expires", cast.expand(value)));
    if (request.method().equals("PUBLISH") && !phone.entityTag().isEmpty()) {
      draft.header("SIP-If-Match", phone.entityTag());
    }
    request.body().ifPresent(body -> draft.body(body.type(), cast.expand(body.text())));
    for (final Action.Change change : request.changes()) {
      final String value = cast.expand(change.value(), before);
      switch (change.kind()) {
        case WITH -> draft.with(change.name(), value);
        case ADD -> draft.header(change.name(), value);
        case WITHOUT -> draft.without(change.name());
        case URI -> draft.uri(value);
      }
    }
    return draft;
  }
}
