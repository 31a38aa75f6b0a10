// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.link;

import static io.kamjvm.bridge.Messages.*;

import io.kamjvm.bridge.Frame;
import io.kamjvm.bridge.TlvWriter;
import io.kamjvm.kamailio.RpcCall;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A management command's call, in its frame. Records are collected first and then paged: what does
 * not fit the response area goes out as steps, each printed by the caller before it asks for the
 * next.
 */
final class FrameRpc implements RpcCall, Calls.Stepping {
  private static final Logger LOG = LoggerFactory.getLogger(FrameRpc.class);

  /** Kept for tags and the end of the last page. */
  private static final int SPARE = 1024;

  private record Item(int size, Consumer<TlvWriter> content) {}

  private final Frame frame;
  private final String command;
  private final List<String> arguments;
  private final Deque<Item> items = new ArrayDeque<>();
  private long bytes;
  private boolean ended;
  private int faultCode;
  private String faultText = "";

  FrameRpc(final Frame frame, final String command, final List<String> arguments) {
    this.frame = frame;
    this.command = command;
    this.arguments = arguments;
  }

  @Override
  public List<String> arguments() {
    return arguments;
  }

  @Override
  public void struct(final Map<String, Object> fields) {
    int size = 8;
    for (final Map.Entry<String, Object> field : fields.entrySet()) {
      size += 32 + bytesOf(field.getKey()) + bytesOf(String.valueOf(field.getValue()));
    }
    add(new Item(size, writer -> write(writer, fields)));
  }

  @Override
  public void string(final String value) {
    add(new Item(16 + bytesOf(value), writer -> writer.string(T_RPC_STRING, value)));
  }

  @Override
  public void finish() {
    end();
    page();
  }

  @Override
  public void fault(final int code, final String text) {
    end();
    faultCode = code;
    faultText = text;
    page();
  }

  /** Ends the command, after its method failed. */
  void abort() {
    if (!ended) {
      items.clear();
      fault(500, "Internal Error");
    }
  }

  /** The caller has printed a page and waits for the next. */
  @Override
  public void resume() {
    page();
  }

  private void end() {
    if (ended) {
      throw new IllegalStateException(command + ": the call has ended already");
    }
    ended = true;
  }

  private void add(final Item item) {
    if (ended) {
      throw new IllegalStateException(command + ": the call has ended already");
    }
    bytes += item.size();
    if (bytes > Limits.RPC_BYTES || item.size() > Frame.RESPONSE_CAPACITY - SPARE) {
      throw new IllegalStateException(command + ": the answer is too long");
    }
    items.addLast(item);
  }

  private void page() {
    if (frame.ended()) {
      LOG.debug("{}: the caller gave up", command);
      items.clear();
      return;
    }
    final TlvWriter writer = frame.response();
    while (!items.isEmpty()
        && writer.length() + items.peekFirst().size() <= Frame.RESPONSE_CAPACITY - SPARE) {
      items.removeFirst().content().accept(writer);
    }
    if (!items.isEmpty()) {
      frame.step(writer.length());
      return;
    }
    if (faultCode != 0) {
      writer.integer(T_FAULT_CODE, faultCode);
      writer.string(T_FAULT_TEXT, faultText);
    } else {
      writer.integer(T_RETURN, 1);
    }
    frame.done(writer.length());
  }

  private static void write(final TlvWriter writer, final Map<String, Object> fields) {
    final int struct = writer.begin(T_RPC_STRUCT);
    fields.forEach(
        (name, value) -> {
          final int field = writer.begin(T_RPC_FIELD);
          writer.string(T_NAME, name);
          if (value instanceof Number number) {
            writer.integer(T_NUMBER, number.longValue());
          } else {
            writer.string(T_VALUE, String.valueOf(value));
          }
          writer.end(field);
        });
    writer.end(struct);
  }

  /** Upper bound of the bytes a string takes in UTF-8. */
  private static int bytesOf(final String text) {
    return 3 * text.length() + 4;
  }
}
