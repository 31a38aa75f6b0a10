// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

import java.util.ArrayList;
import java.util.List;

/** What the owner of an order has heard. */
final class Told implements OrderListener {
  final List<Decision> decisions = new ArrayList<>();
  final List<FinalAnswer> answers = new ArrayList<>();

  @Override
  public void decided(final Decision decision) {
    decisions.add(decision);
  }

  @Override
  public void answered(final FinalAnswer answer) {
    answers.add(answer);
  }

  int code() {
    if (decisions.size() != 1) {
      throw new AssertionError("decided " + decisions);
    }
    return decisions.get(0).code();
  }

  FinalAnswer answer() {
    if (answers.size() != 1) {
      throw new AssertionError("answered " + answers);
    }
    return answers.get(0);
  }
}
