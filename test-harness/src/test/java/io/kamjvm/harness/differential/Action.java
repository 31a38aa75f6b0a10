// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.differential;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a step does. Texts may hold placeholders in braces, see {@link ScenarioParser}. */
sealed interface Action {

  /**
   * A PUBLISH or SUBSCRIBE.
   *
   * @param who sends it
   * @param method of the request
   * @param whom presentity: a name, or a URI
   * @param event value of Event
   * @param expires value of Expires, if any
   * @param fresh true: forget the entity tag or the dialog first
   * @param body document and its type, if any
   * @param changes to the headers and the Request-URI, in order
   * @param code that must come; 0 for no reply
   * @param returns what the script function must return, if said
   * @param handled false when the request does not reach the script function
   */
  record Request(
      String who,
      String method,
      String whom,
      String event,
      Optional<String> expires,
      boolean fresh,
      Optional<Body> body,
      List<Change> changes,
      int code,
      Optional<String> returns,
      boolean handled)
      implements Action {}

  /** A body as it is sent. */
  record Body(String type, String text) {}

  /** A change to a request that is otherwise as it should be. */
  record Change(Kind kind, String name, String value) {
    /** What is done to the header; {@link #URI} replaces the Request-URI. */
    enum Kind {
      WITH,
      ADD,
      WITHOUT,
      URI
    }
  }

  /** The last request once more, byte by byte. */
  record Repeat(String who, int code) implements Action {}

  /** How somebody answers NOTIFYs from now on; 0 for not at all. */
  record Answers(String who, int code) implements Action {}

  /** Somebody speaks TCP instead of UDP. */
  record UsesTcp(String who) implements Action {}

  /**
   * Rows of this scenario in a table; waits until there are that many.
   *
   * @param settled true: and until they have not changed for a while
   */
  record Rows(String table, boolean settled, String where, int count) implements Action {}

  /** A command through {@code kamcmd}. */
  record Rpc(List<String> words, boolean fault) implements Action {}

  /** A script function, called in a request route. */
  record Call(String function, List<String> arguments, String returns) implements Action {}

  /** Lines of Kamailio's log; waits until there are that many. */
  record Log(String regex, int count) implements Action {}

  /** A statement from outside, in both databases. */
  record Sql(String statement) implements Action {}

  /** SIGTERM, and the start again on the same database and port. */
  record Restart() implements Action {}

  /** Time goes by, at least so much. */
  record Pause(Duration time) implements Action {}
}
