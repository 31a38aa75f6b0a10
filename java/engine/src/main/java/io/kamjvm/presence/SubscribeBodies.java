// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.presence;

import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.kamailio.SipRequest;

/**
 * Hears what subscribers say in the bodies of their SUBSCRIBEs to one package, e.g. which feature
 * they set. Engine thread only, bounded.
 */
@FunctionalInterface
public interface SubscribeBodies {

  /**
   * Reads a body; never an empty one.
   *
   * @return what is done when the SUBSCRIBE is granted
   * @throws UnacceptableBodyException when the SUBSCRIBE is to be refused
   */
  Runnable heard(SipRequest subscribe) throws UnacceptableBodyException;
}
