// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.bridge.Messages;
import io.kamjvm.bridge.TlvReader;
import io.kamjvm.bridge.TlvWriter;
import io.kamjvm.kamailio.FinalReply;
import java.util.Optional;
import java.util.OptionalLong;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReplyCodecTest {
  private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[16_384]);
  private final TlvWriter fields = new TlvWriter(buffer, 0, buffer.capacity());

  @Test
  @DisplayName("What a final reply says arrives whole, an entity-tag of 5000 bytes too")
  void whole() {
    fields.integer(Messages.T_CODE, 200);
    fields.string(Messages.T_TEXT, "OK");
    fields.string(Messages.T_SIP_ETAG, "e".repeat(5_000));
    fields.string(Messages.T_EXPIRES, "3600");
    fields.string(Messages.T_CONTACT, "sip:n@192.0.2.9");
    fields.string(Messages.T_TO_TAG, "to");
    fields.integer(Messages.T_CSEQ, 11);
    fields.string(Messages.T_RECORD_ROUTE, "<sip:r;lr>");
    fields.string(Messages.T_RETRY_AFTER, "5");
    final FinalReply reply = ReplyCodec.decode(written());
    assertThat(reply.code()).isEqualTo(200);
    assertThat(reply.local()).isFalse();
    assertThat(reply.etag()).hasValueSatisfying(etag -> assertThat(etag).hasSize(5_000));
    assertThat(reply.expires()).contains("3600");
    assertThat(reply.contact()).contains("sip:n@192.0.2.9");
    assertThat(reply.toTag()).contains("to");
    assertThat(reply.cseq()).isEqualTo(OptionalLong.of(11));
    assertThat(reply.recordRoute()).isEqualTo("<sip:r;lr>");
    assertThat(reply.retryAfter()).contains("5");
  }

  @Test
  @DisplayName("A code that tm has made up is told from one that came")
  void madeUp() {
    fields.integer(Messages.T_CODE, 408);
    fields.integer(Messages.T_NO_REPLY, 1);
    final FinalReply reply = ReplyCodec.decode(written());
    assertThat(reply.local()).isTrue();
    assertThat(reply.etag()).isEqualTo(Optional.empty());
  }

  private TlvReader written() {
    return new TlvReader(buffer, 0, fields.length());
  }
}
