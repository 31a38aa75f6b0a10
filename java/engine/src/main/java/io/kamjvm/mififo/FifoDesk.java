// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.mififo;

import io.kamjvm.kamailio.RpcCall;
import io.kamjvm.kamailio.RpcMethod;
import io.kamjvm.time.Timers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's end of the FIFO: takes what was written there, has it carried out and hands the
 * answers back. Processes of Kamailio's read and write; see {@code kj_fifo.h} for what is said
 * between them and this. Engine thread only.
 */
public final class FifoDesk {
  private static final Logger LOG = LoggerFactory.getLogger(FifoDesk.class);
  private static final int LONGEST_LOGGED = 64;

  private final MiCommands commands;
  private final FifoAnswers answers;
  private String taken = "";
  private Optional<FifoCommand> due = Optional.empty();

  /**
   * @param epoch the engine's number: marks of answers differ from those of earlier engines
   */
  public FifoDesk(final MiCommands commands, final Timers timers, final int epoch) {
    this.commands = commands;
    this.answers = new FifoAnswers(timers, epoch);
  }

  /** What the processes of the FIFO call; not for operators. */
  public Map<String, RpcMethod> methods() {
    return Map.of(
        "fifo.command", this::command, "fifo.execute", this::execute, "fifo.answer", answers::ask);
  }

  /** Nobody is kept waiting from now on: the engine stops. */
  public void stop() {
    answers.stop();
  }

  private void command(final RpcCall call) {
    final List<String> told = call.arguments();
    if (told.size() < 3) {
      call.fault(400, "number, block, cut off");
      return;
    }
    // told again because the first answer came too late
    if (!told.get(0).equals(taken)) {
      taken = told.get(0);
      due = Optional.empty();
      take(told.get(1), told.get(2).equals("1"));
    }
    due.ifPresent(command -> call.string(command.replyName()));
    call.finish();
  }

  private void take(final String block, final boolean cut) {
    final FifoCommand command;
    try {
      command = FifoCommand.parse(block, cut);
    } catch (final FifoSyntaxException e) {
      LOG.error("FIFO: {}; discarded: {}", e.getMessage(), beginning(block));
      return;
    }
    final Optional<MiCommand> known = commands.find(command.name());
    if (known.isEmpty()) {
      LOG.error("FIFO: command {} is not available", command.name());
      answers.offer(command.replyName(), FifoText.unknown(command.name()));
    } else if (command.arguments().isEmpty()) {
      LOG.error("FIFO: the arguments of command {} can not be understood", command.name());
      answers.offer(command.replyName(), FifoText.notUnderstood(command.name()));
    } else if (known.get().asynchronous()) {
      execute(known.get(), command);
    } else if (command.replyName().isEmpty()) {
      LOG.error("FIFO: command {} needs a reply FIFO: it is not executed", command.name());
    } else {
      due = Optional.of(command);
    }
  }

  private void execute(final MiCommand body, final FifoCommand command) {
    try {
      body.execute(
          command.arguments().orElse(List.of()),
          reply -> answers.offer(command.replyName(), text(reply, command)));
    } catch (final RuntimeException e) {
      LOG.error("FIFO: command {} failed", command.name(), e);
      answers.offer(command.replyName(), FifoText.INTERNAL_ERROR);
    }
  }

  /** A command whose reply FIFO is open now. */
  private void execute(final RpcCall call) {
    final Optional<FifoCommand> command =
        due.filter(c -> !call.arguments().isEmpty() && call.arguments().get(0).equals(taken));
    final Optional<MiCommand> known = command.flatMap(c -> commands.find(c.name()));
    due = Optional.empty();
    if (known.isEmpty()) {
      call.fault(500, "no such command waits");
      return;
    }
    known
        .get()
        .execute(
            command.get().arguments().orElse(List.of()),
            reply -> {
              call.string(text(reply, command.get()));
              call.finish();
            });
  }

  private static String text(final MiReply reply, final FifoCommand command) {
    if (reply instanceof MiReply.Failed failed) {
      LOG.error("FIFO: command {} failed: {}", command.name(), failed.why());
    }
    return FifoText.of(reply, command.name());
  }

  private static String beginning(final String block) {
    return block
        .substring(0, Math.min(LONGEST_LOGGED, block.length()))
        .replaceAll("\\p{Cntrl}", " ")
        .strip();
  }
}
