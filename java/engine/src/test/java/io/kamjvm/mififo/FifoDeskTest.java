// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.mififo;

import static org.assertj.core.api.Assertions.assertThat;

import io.kamjvm.kamailio.RpcCall;
import io.kamjvm.mififo.MiReply.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The engine's end of the FIFO, as the processes of Kamailio's talk to it. */
class FifoDeskTest {
  private final List<Runnable> timers = new ArrayList<>();
  private final MiCommands commands = new MiCommands();
  private final List<Consumer<MiReply>> open = new ArrayList<>();
  private final FifoDesk desk =
      new FifoDesk(
          commands,
          (delay, task) -> {
            timers.add(task);
            return () -> timers.remove(task);
          },
          3);
  private int executed;

  FifoDeskTest() {
    commands.add("later", command(true, open::add));
    commands.add("now", command(false, answer -> answer.accept(MiReply.of(202, "accepted"))));
    commands.add(
        "broken",
        command(
            true,
            answer -> {
              throw new IllegalStateException("broken");
            }));
  }

  private MiCommand command(final boolean asynchronous, final Consumer<Consumer<MiReply>> body) {
    return new MiCommand() {
      @Override
      public boolean asynchronous() {
        return asynchronous;
      }

      @Override
      public void execute(final List<String> arguments, final Consumer<MiReply> answer) {
        executed++;
        body.accept(answer);
      }
    };
  }

  /** A question of a process. */
  private final class Question implements RpcCall {
    private final List<String> arguments;
    private final List<String> results = new ArrayList<>();
    private boolean finished;
    private int fault;

    Question(final String method, final String... arguments) {
      this.arguments = List.of(arguments);
      desk.methods().get(method).call(this);
    }

    @Override
    public List<String> arguments() {
      return arguments;
    }

    @Override
    public void struct(final Map<String, Object> fields) {
      throw new AssertionError("says " + fields);
    }

    @Override
    public void string(final String value) {
      results.add(value);
    }

    @Override
    public void finish() {
      assertThat(finished).isFalse();
      finished = true;
    }

    @Override
    public void fault(final int code, final String text) {
      fault = code;
    }
  }

  private Question written(final String number, final String block) {
    return new Question("fifo.command", number, block, "0");
  }

  @Test
  @DisplayName(
      "An answer is handed to who waits for one, again until it was written, then the next")
  void answers() {
    final Question waiting = new Question("fifo.answer", "");
    assertThat(waiting.finished).isFalse();
    assertThat(written("1", ":later:r\nx").results).isEmpty();
    open.get(0)
        .accept(
            new MiReply.Tree(200, "OK", List.of(Node.unnamed("200 O\nK"), Node.of("ETag", "e"))));
    assertThat(waiting.finished).isTrue();
    assertThat(waiting.results).containsExactly("3.1", "r", "200 OK\n200 O K\nETag:: e\n\n");
    written("2", ":none:s");
    final Question lost = new Question("fifo.answer", "2.9");
    assertThat(lost.results).isEqualTo(waiting.results);
    assertThat(new Question("fifo.answer", "3.1").results)
        .containsExactly("3.2", "s", "500 command 'none' not available\n");
    final Question idle = new Question("fifo.answer", "3.2");
    assertThat(idle.finished).isFalse();
    timers.get(timers.size() - 1).run();
    assertThat(idle.finished).isTrue();
    assertThat(idle.results).isEmpty();
  }

  @Test
  @DisplayName("A block that is told twice is carried out once")
  void twice() {
    written("1", ":later:r");
    written("1", ":later:r");
    assertThat(executed).isEqualTo(1);
    assertThat(written("2", ":now:r").results).containsExactly("r");
    assertThat(written("2", ":now:r").results).containsExactly("r");
    assertThat(executed).isEqualTo(1);
    assertThat(new Question("fifo.execute", "2").results).containsExactly("202 accepted\n\n");
    assertThat(new Question("fifo.execute", "2").fault).isEqualTo(500);
    assertThat(executed).isEqualTo(2);
  }

  @Test
  @DisplayName("PUA-085 without reply name: carried out if the answer may be lost, else not")
  void pua085() {
    assertThat(written("1", ":later:").results).isEmpty();
    assertThat(executed).isEqualTo(1);
    open.get(0).accept(new MiReply.Failed("why"));
    assertThat(written("2", ":now:").results).isEmpty();
    assertThat(executed).isEqualTo(1);
    assertThat(new Question("fifo.answer", "").finished).isFalse();
  }

  @Test
  @DisplayName("A command that fails costs itself alone, and is answered")
  void broken() {
    assertThat(written("1", ":broken:r").finished).isTrue();
    assertThat(new Question("fifo.answer", "").results).endsWith("500 Internal server error\n");
    assertThat(new Question("fifo.command", "1").fault).isEqualTo(400);
  }

  @Test
  @DisplayName("At the stop nobody is kept waiting; answers nobody fetches are bounded")
  void bounds() {
    for (int i = 0; i < 1_500; i++) {
      written("n" + i, ":none:r");
    }
    int fetched = 0;
    String mark = "";
    while (true) {
      final Question next = new Question("fifo.answer", mark);
      if (!next.finished) {
        desk.stop();
        assertThat(next.finished).isTrue();
        break;
      }
      fetched++;
      mark = next.results.get(0);
    }
    assertThat(fetched).isEqualTo(1_000);
    assertThat(new Question("fifo.answer", "").finished).isTrue();
  }
}
