// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.sip;

import gov.nist.javax.sip.stack.HopImpl;
import java.util.List;
import java.util.ListIterator;
import javax.sip.SipStack;
import javax.sip.address.Hop;
import javax.sip.address.Router;
import javax.sip.header.ViaHeader;
import javax.sip.message.Request;

/** Sends every request to the server under test, by the transport its Via names. */
public final class PlainRouter implements Router {
  private final String host;
  private final int port;

  /** Called by the stack; the proxy is {@code host:port/transport}. */
  public PlainRouter(final SipStack stack, final String outboundProxy) {
    final String[] parts = outboundProxy.split("[:/]");
    this.host = parts[0];
    this.port = Integer.parseInt(parts[1]);
  }

  @Override
  public Hop getNextHop(final Request request) {
    final String transport = ((ViaHeader) request.getHeader(ViaHeader.NAME)).getTransport();
    return new HopImpl(host, port, transport.toLowerCase(java.util.Locale.ROOT));
  }

  @Override
  public ListIterator<Hop> getNextHops(final Request request) {
    return List.of(getNextHop(request)).listIterator();
  }

  @Override
  public Hop getOutboundProxy() {
    return new HopImpl(host, port, "udp");
  }
}
