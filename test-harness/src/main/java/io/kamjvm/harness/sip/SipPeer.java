// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.harness.sip;

import gov.nist.javax.sip.message.SIPMessage;
import io.kamjvm.harness.FreePort;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TooManyListenersException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sip.ClientTransaction;
import javax.sip.DialogTerminatedEvent;
import javax.sip.IOExceptionEvent;
import javax.sip.InvalidArgumentException;
import javax.sip.RequestEvent;
import javax.sip.ResponseEvent;
import javax.sip.ServerTransaction;
import javax.sip.SipException;
import javax.sip.SipFactory;
import javax.sip.SipListener;
import javax.sip.SipProvider;
import javax.sip.SipStack;
import javax.sip.TimeoutEvent;
import javax.sip.TransactionTerminatedEvent;
import javax.sip.message.MessageFactory;
import javax.sip.message.Request;
import javax.sip.message.Response;

/**
 * A user agent on an independent SIP stack (JAIN-SIP's reference implementation), which parses
 * strictly and keeps its transactions by the book. One peer can hold any number of publications and
 * subscriptions of any users; requests go to the one server it was made for.
 *
 * <p>Whatever the stack's parser objects to is collected in {@link #objections}. Thread-safe.
 */
public final class SipPeer implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final SipStack stack;
  private final SipProvider provider;
  private final MessageFactory messages;
  private final int port;
  private final int server;
  private final Map<String, Watch> watches = new ConcurrentHashMap<>();
  private final Map<ClientTransaction, CompletableFuture<SipMessage>> waiting =
      new ConcurrentHashMap<>();
  private final List<String> objections = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);

  private SipPeer(final int serverPort) throws Exception {
    this.server = serverPort;
    this.port = FreePort.udpAndTcp();
    final Properties properties = new Properties();
    properties.setProperty("javax.sip.STACK_NAME", "peer-" + RequestDraft.token());
    properties.setProperty("javax.sip.AUTOMATIC_DIALOG_SUPPORT", "off");
    properties.setProperty("javax.sip.ROUTER_PATH", PlainRouter.class.getName());
    properties.setProperty("javax.sip.OUTBOUND_PROXY", "127.0.0.1:" + serverPort + "/udp");
    properties.setProperty("gov.nist.javax.sip.STACK_LOGGER", QuietLogger.class.getName());
    properties.setProperty("gov.nist.javax.sip.SERVER_LOGGER", QuietServerLogger.class.getName());
    properties.setProperty("gov.nist.javax.sip.REENTRANT_LISTENER", "true");
    properties.setProperty("gov.nist.javax.sip.DELIVER_UNSOLICITED_NOTIFY", "true");
    /* one thread, so that messages are seen in the order of their arrival */
    properties.setProperty("gov.nist.javax.sip.THREAD_POOL_SIZE", "1");
    final SipFactory factory = SipFactory.getInstance();
    factory.setPathName("gov.nist");
    this.messages = factory.createMessageFactory();
    this.stack = factory.createSipStack(properties);
    this.provider = stack.createSipProvider(stack.createListeningPoint("127.0.0.1", port, "udp"));
    provider.addListeningPoint(stack.createListeningPoint("127.0.0.1", port, "tcp"));
    provider.setAutomaticDialogSupportEnabled(false);
    provider.addSipListener(new Listener());
    stack.start();
  }

  /** A peer that talks to 127.0.0.1:serverPort. */
  public static SipPeer towards(final int serverPort) {
    try {
      return new SipPeer(serverPort);
    } catch (final TooManyListenersException | SipException | InvalidArgumentException e) {
      throw new IllegalStateException("the SIP stack does not start", e);
    } catch (final Exception e) {
      throw new IllegalStateException("the SIP stack does not start", e);
    }
  }

  /** The port of this peer, UDP and TCP. */
  public int port() {
    return port;
  }

  /** The port of the server it talks to. */
  public int server() {
    return server;
  }

  /** What the stack's parser did not accept, over the whole life of this peer. */
  public List<String> objections() {
    return List.copyOf(objections);
  }

  /** A Contact URI of this peer. */
  public String contact(final String user, final Transport transport) {
    return "sip:" + user + "@127.0.0.1:" + port + ";transport=" + transport.parameter();
  }

  /** Starts a request by UDP or TCP. */
  public RequestDraft request(
      final Transport transport, final String method, final String uri, final String from) {
    return RequestDraft.of(method, uri, transport + " 127.0.0.1:" + port, from);
  }

  /** A subscription to be, towards a presentity, by UDP. */
  public Watch watch(final String watcher, final String presentity) {
    return watch(watcher, presentity, Transport.UDP);
  }

  /** A subscription to be, towards a presentity. */
  public Watch watch(final String watcher, final String presentity, final Transport transport) {
    return new Watch(this, watcher, presentity, transport);
  }

  /** A publication to be, by UDP. */
  public Publisher publisher(final String presentity) {
    return publisher(presentity, Transport.UDP);
  }

  /** A publication to be. */
  public Publisher publisher(final String presentity, final Transport transport) {
    return new Publisher(this, presentity, transport);
  }

  /**
   * Sends a request in a client transaction and returns its final reply.
   *
   * @throws AssertionError on timeout, or when the stack's own parser refuses the request
   */
  public SipMessage send(final RequestDraft draft) {
    try {
      return sendAsync(draft).get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (final TimeoutException | ExecutionException e) {
      throw new AssertionError("no final reply to\n" + draft.text(), e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Sends a request in a client transaction; the future gets its final reply. */
  public CompletableFuture<SipMessage> sendAsync(final RequestDraft draft) {
    final CompletableFuture<SipMessage> reply = new CompletableFuture<>();
    try {
      final ClientTransaction transaction =
          provider.getNewClientTransaction(messages.createRequest(draft.text()));
      waiting.put(transaction, reply);
      transaction.sendRequest();
    } catch (final SipException | java.text.ParseException e) {
      throw new AssertionError("cannot send\n" + draft.text(), e);
    }
    return reply;
  }

  void register(final Watch watch) {
    watches.put(watch.callId(), watch);
  }

  private SipMessage strictly(final javax.sip.message.Message message) {
    final String text = message.toString();
    if (((SIPMessage) message).getUnrecognizedHeaders().hasNext()) {
      objections.add("unparsable header in\n" + text);
    }
    return SipMessage.parse(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public void close() {
    timer.shutdownNow();
    stack.stop();
  }

  /** The stack's upcalls; they come from its threads. */
  private final class Listener implements SipListener {
    @Override
    public void processRequest(final RequestEvent event) {
      final Request request = event.getRequest();
      final SipMessage message = strictly(request);
      final Watch watch = watches.get(message.callId());
      if (!request.getMethod().equals(Request.NOTIFY) || watch == null) {
        answer(event, new NotifyAnswer(481, Duration.ZERO));
        return;
      }
      answer(event, watch.receive(new Notify(message, System.nanoTime())));
    }

    private void answer(final RequestEvent event, final NotifyAnswer wanted) {
      try {
        final ServerTransaction transaction =
            event.getServerTransaction() == null
                ? provider.getNewServerTransaction(event.getRequest())
                : event.getServerTransaction();
        if (wanted.code() == 0) {
          return; /* the transaction goes on to absorb retransmissions */
        }
        final Response response = messages.createResponse(wanted.code(), event.getRequest());
        if (wanted.delay().isZero()) {
          transaction.sendResponse(response);
        } else {
          timer.schedule(
              () -> {
                transaction.sendResponse(response);
                return null;
              },
              wanted.delay().toMillis(),
              TimeUnit.MILLISECONDS);
        }
      } catch (final SipException | InvalidArgumentException | java.text.ParseException e) {
        objections.add("cannot answer " + event.getRequest() + ": " + e);
      }
    }

    @Override
    public void processResponse(final ResponseEvent event) {
      final SipMessage message = strictly(event.getResponse());
      final CompletableFuture<SipMessage> reply =
          event.getClientTransaction() == null ? null : waiting.get(event.getClientTransaction());
      if (message.code() < 200) {
        return;
      }
      if (reply == null || !reply.complete(message)) {
        objections.add("a second final reply:\n" + message);
      }
    }

    @Override
    public void processTimeout(final TimeoutEvent event) {
      if (!event.isServerTransaction()) {
        final CompletableFuture<SipMessage> reply = waiting.get(event.getClientTransaction());
        if (reply != null) {
          reply.completeExceptionally(new TimeoutException("transaction timeout"));
        }
      }
    }

    @Override
    public void processIOException(final IOExceptionEvent event) {
      objections.add("connection to " + event.getHost() + ":" + event.getPort() + " failed");
    }

    @Override
    public void processTransactionTerminated(final TransactionTerminatedEvent event) {
      if (!event.isServerTransaction()) {
        waiting.remove(event.getClientTransaction());
      }
    }

    @Override
    public void processDialogTerminated(final DialogTerminatedEvent event) {}
  }
}
