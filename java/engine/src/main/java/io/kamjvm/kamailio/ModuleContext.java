// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.kamailio;

import io.kamjvm.time.EngineClock;
import io.kamjvm.time.Timers;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * What a module is given.
 *
 * @param parameters what the cfg says to it
 * @param calledFunctions names of its functions that the cfg calls; empty set when unknown
 * @param engine runs a task on the engine thread, from any thread, in order of submission
 * @param background runs a task on a package thread; may block, bounded
 */
public record ModuleContext(
    Parameters parameters,
    Set<String> calledFunctions,
    ServerFacts facts,
    Kamailio kamailio,
    EngineClock clock,
    Timers timers,
    Executor engine,
    Executor background) {}
