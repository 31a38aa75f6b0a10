// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.pua;

/** Who has had the decision already, and is told the answer to what was tried next. */
record SecondAnswer(OrderListener listener) implements OrderListener {

  @Override
  public void decided(final Decision decision) {
    // it was decided when the order came
  }

  @Override
  public void answered(final FinalAnswer answer) {
    listener.answered(answer);
  }
}
