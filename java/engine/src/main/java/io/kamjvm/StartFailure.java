// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm;

import io.kamjvm.kamailio.ParameterException;
import io.kamjvm.storage.StorageException;
import java.util.Optional;

/** A start that can not go on; the message is what the operator sees. */
final class StartFailure extends Exception {
  private static final long serialVersionUID = 1L;

  StartFailure(final Stage stage, final String message) {
    super(stage + ": " + message);
  }

  /** What was thrown in a stage; parameters and storage keep their name wherever it shows. */
  static StartFailure of(final Stage during, final Throwable cause) {
    if (cause instanceof StartFailure failure) {
      return failure;
    }
    final Stage stage;
    if (cause instanceof ParameterException) {
      stage = Stage.PARAMETERS;
    } else if (cause instanceof StorageException) {
      stage = Stage.STORAGE;
    } else {
      stage = during;
    }
    final String message = Optional.ofNullable(cause.getMessage()).orElse(cause.toString());
    final StartFailure failure = new StartFailure(stage, message);
    failure.initCause(cause);
    return failure;
  }
}
