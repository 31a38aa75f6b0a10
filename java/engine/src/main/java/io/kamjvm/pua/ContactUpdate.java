// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import io.kamjvm.kamailio.Answer;
import io.kamjvm.kamailio.Call;
import io.kamjvm.kamailio.ScriptFunction;
import io.kamjvm.kamailio.SipRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code pua_update_contact()}: a NOTIFY's Contact becomes its dialog's remote target. */
final class ContactUpdate implements ScriptFunction {
  private final Supplier<Records> records;

  ContactUpdate(final Supplier<Records> records) {
    this.records = records;
  }

  @Override
  public void call(final Call call) {
    final Optional<SipRequest> notify = call.request().filter(ContactUpdate::isUsable);
    if (notify.isEmpty()) {
      call.answer(Answer.of(-1));
      return;
    }
    records
        .get()
        .ofCall(
            notify.get().callId().orElseThrow(),
            found -> call.answer(Answer.of(update(notify.get(), found.orElse(List.of())))));
  }

  private static boolean isUsable(final SipRequest notify) {
    return notify.malformed().isEmpty()
        && notify.callId().isPresent()
        && notify.from().tag().isPresent()
        && notify.to().tag().isPresent()
        && notify.contact().filter(OrderCheck::isUri).isPresent();
  }

  private int update(final SipRequest notify, final List<PuaRecord> dialogs) {
    for (final PuaRecord record : dialogs) {
      if (record.established
          && notify.callId().filter(record.row.callId()::equals).isPresent()
          && notify.from().tag().filter(record.row.toTag()::equals).isPresent()
          && notify.to().tag().filter(record.row.fromTag()::equals).isPresent()) {
        final String contact = notify.contact().orElseThrow();
        if (!record.row.remoteContact().equals(contact)) {
          record.row = PuaRows.withRemoteContact(record.row, contact);
          records.get().changed(record);
        }
        return 1;
      }
    }
    return -1;
  }
}
