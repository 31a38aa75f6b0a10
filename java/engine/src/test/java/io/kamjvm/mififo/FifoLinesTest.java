// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.mififo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is written to the FIFO, taken apart. */
class FifoLinesTest {

  private static List<String> values(final String text) {
    return FifoLines.values(text).orElseThrow();
  }

  @Test
  @DisplayName("Lines are values without the blanks around them; blank lines count for nothing")
  void plain() {
    assertThat(values("a\n  b c \t\n \t\r\nd\r\n")).containsExactly("a", "b c", "d");
    assertThat(values("")).isEmpty();
  }

  @Test
  @DisplayName("PUA-089 a name before :: is ignored, but for what begins like a document")
  void pua089() {
    assertThat(values("expires::60\nx:: \ny::  z\n<a b='::1'/>\n\"sip:[::1]\""))
        .containsExactly("60", "", "z", "<a b='::1'/>", "sip:[::1]");
  }

  @Test
  @DisplayName("PUA-079 PUA-080 quotes: escaped, over several lines, or refused")
  void pua079pua080() {
    assertThat(values("\"a \\\"b\\\" \\c\nd\" \r\nn::\"e\"\nf"))
        .containsExactly("a \"b\" \\c\nd", "e", "f");
    for (final String bad : List.of("a\"b", "\"a", "\"\"", "\"a\" b", "n::a\"", "\"a\\\"", "\"")) {
      assertThat(FifoLines.values("x\n" + bad + "\ny")).as(bad).isEmpty();
    }
  }

  @Test
  @DisplayName("PUA-083 PUA-085 the first line: a command, and the name of a FIFO or none")
  void pua083pua085() throws FifoSyntaxException {
    assertThat(FifoCommand.parse(":pua_publish: \nx", false))
        .isEqualTo(new FifoCommand("pua_publish", "", Optional.of(List.of("x"))));
    assertThat(FifoCommand.parse(":c:r", true).arguments()).isEmpty();
    for (final String bad :
        List.of(
            "",
            "...",
            "c:r",
            ":",
            "::",
            ":c",
            "::r",
            ": :r",
            ":c:../x",
            ":c:a.b",
            ":c:a\\b",
            ":c:a/b",
            ":c\u0001:r",
            ":c:r\u0001",
            ":c:" + "r".repeat(2_000))) {
      assertThatThrownBy(() -> FifoCommand.parse(bad + "\nx", false))
          .as(bad)
          .isInstanceOf(FifoSyntaxException.class);
    }
  }

  @Test
  @DisplayName("Whatever is written is either taken apart or refused")
  void noise() {
    final Random random = new Random(7);
    final String alphabet = ":\"\\\n\r \t<a.::\u0000é";
    for (int i = 0; i < 20_000; i++) {
      final StringBuilder text = new StringBuilder(":c:r\n");
      final int length = random.nextInt(40);
      for (int k = 0; k < length; k++) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      final String block = text.substring(random.nextInt(6));
      try {
        FifoCommand.parse(block, random.nextInt(9) == 0)
            .arguments()
            .ifPresent(values -> assertThat(values).doesNotContainNull());
      } catch (final FifoSyntaxException e) {
        assertThat(e).hasMessageMatching("\\S.*");
      }
    }
  }
}
