// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import java.util.List;
import java.util.Map;

/**
 * A management command. Engine thread only; ended exactly once by {@link #finish} or {@link
 * #fault}.
 */
public interface RpcCall {

  /** The arguments as strings, in order. */
  List<String> arguments();

  /** Adds a record; values are String, Long or Integer; iteration order is output order. */
  void struct(Map<String, Object> fields);

  /** Adds a string. */
  void string(String value);

  /** Ends the command successfully. */
  void finish();

  /** Ends the command with a fault, e.g. 500. Records added so far may have been printed. */
  void fault(int code, String text);
}
