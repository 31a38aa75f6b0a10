// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pa;

import io.kamjvm.kamailio.RpcCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Keeps what a command answers. */
final class FakeRpc implements RpcCall {
  final List<Map<String, Object>> structs = new ArrayList<>();
  final List<String> strings = new ArrayList<>();
  private final List<String> arguments;
  boolean finished;
  int fault;

  FakeRpc(final List<String> arguments) {
    this.arguments = arguments;
  }

  @Override
  public List<String> arguments() {
    return arguments;
  }

  @Override
  public void struct(final Map<String, Object> fields) {
    structs.add(fields);
  }

  @Override
  public void string(final String value) {
    strings.add(value);
  }

  @Override
  public void finish() {
    finished = true;
  }

  @Override
  public void fault(final int code, final String text) {
    fault = code;
  }
}
