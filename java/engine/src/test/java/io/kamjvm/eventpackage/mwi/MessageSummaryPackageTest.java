// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.mwi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kamjvm.eventpackage.UnacceptableBodyException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageSummaryPackageTest {
  private final MessageSummaryPackage mwi = new MessageSummaryPackage(3600);

  @ParameterizedTest
  @DisplayName("message summaries are delivered byte for byte")
  @ValueSource(
      strings = {
        "Messages-Waiting: yes\r\n",
        "Messages-Waiting:\t no\r\n",
        "Messages-Waiting : yes\r\n",
        "Messages-Waiting \t:\t no\r\n",
        "Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n\r\nX:\ty\r\n"
      })
  void accepted(final String body) throws Exception {
    final byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
    assertThat(mwi.parse(bytes).bytes()).isSameAs(bytes);
  }

  @ParameterizedTest
  @DisplayName("anything else is answered 500")
  @ValueSource(
      strings = {
        "Messages-Waiting",
        "messages-waiting: yes\r\n",
        " Messages-Waiting: yes\r\n",
        "Messages-Waiting:yes\r\n",
        "Messages-Waiting: Yes\r\n",
        "Messages-Waiting: yes \r\n",
        "Messages-Waiting: yes\n",
        "Messages-Waiting: yes",
        "Messages-Waiting: yes\r\nVoice-Message: 2/8",
        "Messages-Waiting: yes\r\nVoice\nMessage\r\n",
        "Messages-Waiting: yes\r\n\u00e4\r\n",
        "Messages-Waiting: yes\r\n\r"
      })
  void refused(final String body) {
    assertThatThrownBy(() -> mwi.parse(body.getBytes(StandardCharsets.ISO_8859_1)))
        .isInstanceOfSatisfying(
            UnacceptableBodyException.class, e -> assertThat(e.code()).isEqualTo(500));
  }
}
