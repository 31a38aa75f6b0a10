// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.microbench;

import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.Watcher;
import io.kamjvm.eventpackage.dialoginfo.DialogInfoSettings;
import io.kamjvm.eventpackage.dialoginfo.DialogPackage;
import io.kamjvm.eventpackage.pidf.PidfPackage;
import io.kamjvm.eventpackage.pidf.PidfSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What a package costs the engine for one PUBLISH: the body that came is checked and cut up, the
 * others have been before, and one document is made of all. A presence document has 1 kB.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PublishCost {
  private static final String ANN = "sip:ann@lab.example";
  private static final int WATCHERS = 1_000;

  /** How many have published for the presentity. */
  @Param({"1", "4", "16"})
  public int publishers;

  private final EventPackage pidf =
      new PidfPackage(new PidfSettings(3600, false, Optional.empty()));
  private final EventPackage dialog = new DialogPackage(new DialogInfoSettings(3600, false, false));
  private byte[] presenceBody = {};
  private byte[] dialogBody = {};
  private List<Document> presences = List.of();
  private List<Document> dialogs = List.of();
  private byte[] dialogState = {};
  private List<Watcher> watchers = List.of();

  /** Publishes for everybody. */
  @Setup
  public void publish() throws UnacceptableBodyException {
    final List<Document> presence = new ArrayList<>();
    final List<Document> calls = new ArrayList<>();
    for (int i = 0; i < publishers; i++) {
      presenceBody = presence(i);
      dialogBody = call(i);
      presence.add(pidf.parse(presenceBody));
      calls.add(dialog.parse(dialogBody));
    }
    presences = presence;
    dialogs = calls;
    dialogState = dialog.state(ANN, dialogs, OptionalInt.empty()).orElseThrow();
    final List<Watcher> all = new ArrayList<>();
    for (int i = 0; i < WATCHERS; i++) {
      all.add(
          new Watcher(
              ANN,
              "sip:bo" + i + "@d",
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              2 + i / 500));
    }
    watchers = all;
  }

  private static byte[] presence(final int number) {
    final String document =
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <presence xmlns="urn:ietf:params:xml:ns:pidf"
            xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
            xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid"
            xmlns:c="urn:ietf:params:xml:ns:pidf:cipid" entity="sip:ann@lab.example">
          <tuple id="t%1$d">
            <status><basic>open</basic></status>
            <dm:deviceID>urn:uuid:48662e19-5fbf-43fc-a2fd-d23002787599</dm:deviceID>
            <rpid:class>desk</rpid:class>
            <contact priority="0.8">sip:ann@192.0.2.%1$d:5060;transport=udp</contact>
            <note xml:lang="en">At the bench, until four</note>
            <timestamp>2026-03-02T10:20:07Z</timestamp>
          </tuple>
          <dm:person id="p%1$d">
            <rpid:activities><rpid:meeting/><rpid:on-the-phone/></rpid:activities>
            <rpid:place-type><rpid:other>workshop</rpid:other></rpid:place-type>
            <dm:note>%2$s</dm:note>
          </dm:person>
        </presence>
        """;
    final int length = document.formatted(number, "").length();
    return document
        .formatted(number, "x".repeat(Math.max(0, 1_024 - length)))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] call(final int number) {
    return ("<?xml version=\"1.0\"?>\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\""
            + " version=\"0\" state=\"full\" entity=\"sip:ann@lab.example\">\n<dialog id=\"d"
            + number
            + "\" call-id=\"9f2@192.0.2.9\" direction=\"recipient\"><state>confirmed</state>"
            + "<local><identity>sip:ann@lab.example</identity></local><remote>"
            + "<identity>sip:bo@lab.example</identity></remote></dialog></dialog-info>\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The body is checked and cut. */
  @Benchmark
  public Object presenceValidate() throws UnacceptableBodyException {
    return pidf.parse(presenceBody);
  }

  /** The body is checked and cut, and the state made anew. */
  @Benchmark
  public Object presenceValidateAndAggregate() throws UnacceptableBodyException {
    presences.set(publishers - 1, pidf.parse(presenceBody));
    return pidf.state(ANN, presences, OptionalInt.empty());
  }

  /** The same for a call. */
  @Benchmark
  public Object dialogValidateAndAggregate() throws UnacceptableBodyException {
    dialogs.set(publishers - 1, dialog.parse(dialogBody));
    return dialog.state(ANN, dialogs, OptionalInt.empty());
  }

  /** The documents of 1,000 watchers who are at two numbers. */
  @Benchmark
  public void dialogViewsOfThousand(final Blackhole sink) {
    for (final Watcher watcher : watchers) {
      sink.consume(dialog.view(dialogState, watcher));
    }
  }
}
