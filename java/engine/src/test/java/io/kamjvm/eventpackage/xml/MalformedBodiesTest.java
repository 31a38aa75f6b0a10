// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.eventpackage.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.kamjvm.eventpackage.Document;
import io.kamjvm.eventpackage.EventPackage;
import io.kamjvm.eventpackage.Samples;
import io.kamjvm.eventpackage.UnacceptableBodyException;
import io.kamjvm.eventpackage.XmlPackages;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers may publish: refused with 415 by each package, in little time and memory. */
class MalformedBodiesTest {

  /** Parsing allocates at most this many times what the largest document has. */
  private static final long MOST_BYTES = 512L * XmlLimits.BYTES;

  private static byte[] utf8(final String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String nested(final int depth) {
    return "<a>".repeat(depth) + "</a>".repeat(depth);
  }

  private static String attributes(final int count) {
    final StringBuilder text = new StringBuilder("<a");
    for (int i = 0; i < count; i++) {
      text.append(" a").append(i).append("=\"\"");
    }
    return text.append("/>").toString();
  }

  private static String namespaces(final int elements, final int each) {
    final StringBuilder text = new StringBuilder("<r>");
    for (int i = 0; i < elements; i++) {
      text.append("<e");
      for (int j = 0; j < each; j++) {
        text.append(" xmlns:p").append(j).append("=\"u\"");
      }
      text.append("/>");
    }
    return text.append("</r>").toString();
  }

  /** Many small elements that use three namespaces of their root. */
  private static String crowd(final String root, final int length, final int elements) {
    final StringBuilder text = new StringBuilder("<" + root);
    for (final String prefix : List.of("a", "b", "c")) {
      text.append(" xmlns:").append(prefix).append("='").append(prefix.repeat(length)).append("'");
    }
    return text.append('>')
        .append("<c:e>a:b:</c:e>".repeat(elements))
        .append("</" + root + ">")
        .toString();
  }

  private static String billionLaughs() {
    final StringBuilder text = new StringBuilder("<!DOCTYPE a [<!ENTITY l0 \"ha\">");
    for (int i = 1; i < 12; i++) {
      text.append("<!ENTITY l").append(i).append(" \"");
      text.append(("&l" + (i - 1) + ";").repeat(10)).append("\">");
    }
    return text.append("]><a>&l11;</a>").toString();
  }

  private static byte[] wide(final String text, final Charset charset, final int... mark) {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (final int octet : mark) {
      out.write(octet);
    }
    out.writeBytes(text.getBytes(charset));
    return out.toByteArray();
  }

  private static byte[] with(final byte[] text, final int at, final int... octets) {
    final byte[] bytes = Arrays.copyOf(text, text.length);
    for (int i = 0; i < octets.length; i++) {
      bytes[at + i] = (byte) octets[i];
    }
    return bytes;
  }

  private static Stream<Arguments> refused() {
    final byte[] text = utf8("<a>xxxxxxxx</a>");
    return Stream.of(
        Arguments.of("nothing but blanks", utf8(" \r\n")),
        Arguments.of("no markup", utf8("open")),
        Arguments.of("a byte", new byte[] {1}),
        Arguments.of("zeroes", new byte[64]),
        Arguments.of("two roots", utf8("<a/><b/>")),
        Arguments.of("text behind the root", utf8("<a/>x")),
        Arguments.of("an end without a beginning", utf8("<a></b></a>")),
        Arguments.of("an attribute twice", utf8("<a b='1' b='2'/>")),
        Arguments.of(
            "an attribute twice by its namespace",
            utf8("<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>")),
        Arguments.of("a prefix that is not declared", utf8("<p:a/>")),
        Arguments.of("a prefix undeclared", utf8("<a xmlns:p='u'><b xmlns:p=''/></a>")),
        Arguments.of("an unknown entity", utf8("<a>&unknown;</a>")),
        Arguments.of("an unknown entity in a value", utf8("<a b='&unknown;'/>")),
        Arguments.of("a reference to no character", utf8("<a>&#0;</a>")),
        Arguments.of("a reference to half a character", utf8("<a>&#xD800;</a>")),
        Arguments.of("a reference to too much", utf8("<a>&#x110000;</a>")),
        Arguments.of("a control character", utf8("<a>\u0001</a>")),
        Arguments.of("a comment that does not end well", utf8("<a><!-- -- --></a>")),
        Arguments.of("a CDATA section that does not end", utf8("<a><![CDATA[x</a>")),
        Arguments.of("an end of CDATA in text", utf8("<a>]]></a>")),
        Arguments.of("a second declaration", utf8("<a/><?xml version='1.0'?>")),
        Arguments.of("a declaration behind a blank", utf8(" <?xml version='1.0'?><a/>")),
        Arguments.of("XML 1.1", utf8("<?xml version='1.1'?><a/>")),
        Arguments.of("a document type", utf8("<!DOCTYPE a><a/>")),
        Arguments.of("an entity", utf8("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")),
        Arguments.of("a billion laughs", utf8(billionLaughs())),
        Arguments.of(
            "quadratic blow-up",
            utf8(
                "<!DOCTYPE a [<!ENTITY b '"
                    + "c".repeat(20_000)
                    + "'>]><a>"
                    + "&b;".repeat(5_000)
                    + "</a>")),
        Arguments.of(
            "an external entity",
            utf8("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>")),
        Arguments.of(
            "an external subset", utf8("<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/x.dtd'><a/>")),
        Arguments.of(
            "a parameter entity",
            utf8("<!DOCTYPE a [<!ENTITY % b SYSTEM 'file:///dev/zero'> %b;]><a/>")),
        Arguments.of("too deep", utf8(nested(XmlLimits.DEPTH + 1))),
        Arguments.of("far too deep", utf8("<a>".repeat(20_000))),
        Arguments.of("too many elements", utf8("<a>" + "<b/>".repeat(XmlLimits.ELEMENTS) + "</a>")),
        Arguments.of("10,000 elements", utf8("<a>" + "<b/>".repeat(10_000) + "</a>")),
        Arguments.of("10,000 tuples", utf8("<a>" + "<tuple id=''/>".repeat(10_000) + "</a>")),
        Arguments.of("too many attributes", utf8(attributes(XmlLimits.ATTRIBUTES + 1))),
        Arguments.of("far too many attributes", utf8(attributes(5_000))),
        Arguments.of("too many namespaces", utf8(namespaces(XmlLimits.NAMESPACES / 8 + 1, 8))),
        Arguments.of("a name too long", utf8("<" + "a".repeat(XmlLimits.NAME + 1) + "/>")),
        Arguments.of(
            "an attribute's name too long", utf8("<a " + "b".repeat(XmlLimits.NAME + 1) + "=''/>")),
        Arguments.of("a value too long", utf8("<a b='" + "c".repeat(XmlLimits.VALUE + 1) + "'/>")),
        Arguments.of("a huge value", utf8("<a b='" + "c".repeat(60_000) + "'/>")),
        Arguments.of(
            "a namespace too long",
            utf8("<a xmlns='" + "c".repeat(XmlLimits.NAMESPACE + 1) + "'/>")),
        Arguments.of("three long namespaces for many", utf8(crowd("presence", 8_000, 3_718))),
        Arguments.of("a text too long", utf8("<a>" + "c".repeat(XmlLimits.TEXT + 1) + "</a>")),
        Arguments.of(
            "a text too long in pieces",
            utf8(
                "<a>"
                    + "<![CDATA[c]]>&amp;".repeat(XmlLimits.TEXT / 20)
                    + "x".repeat(32_000)
                    + "</a>")),
        Arguments.of("too large", utf8("<a>" + " ".repeat(XmlLimits.BYTES) + "</a>")),
        Arguments.of("a lone continuation byte", with(text, 4, 0x80)),
        Arguments.of("an overlong slash", with(text, 4, 0xc0, 0xaf)),
        Arguments.of("a surrogate in UTF-8", with(text, 4, 0xed, 0xa0, 0x80)),
        Arguments.of("beyond Unicode in UTF-8", with(text, 4, 0xf5, 0x80, 0x80, 0x80)),
        Arguments.of("half a character at the end", Arrays.copyOf(with(text, 13, 0xc3), 14)),
        Arguments.of("0xfe in UTF-8", with(text, 4, 0xfe)),
        Arguments.of("a byte above ASCII in ASCII", ascii()),
        Arguments.of("UTF-7", utf8("<?xml version='1.0' encoding='UTF-7'?><a>+ADw-</a>")),
        Arguments.of("an encoding nobody knows", utf8("<?xml version='1.0' encoding='x-1'?><a/>")),
        Arguments.of(
            "a name that is no encoding", utf8("<?xml version='1.0' encoding='../'?><a/>")),
        Arguments.of("UTF-16 that is UTF-8", utf8("<?xml version='1.0' encoding='UTF-16'?><a/>")),
        Arguments.of(
            "UTF-8 that is UTF-16",
            wide(
                "<?xml version='1.0' encoding='UTF-8'?><a/>",
                StandardCharsets.UTF_16BE,
                0xfe,
                0xff)),
        Arguments.of("EBCDIC", "<?xml version='1.0'?><a/>".getBytes(Charset.forName("IBM037"))),
        Arguments.of("UTF-32", wide("<a/>", Charset.forName("UTF-32LE"), 0xff, 0xfe, 0, 0)),
        Arguments.of("UTF-32 without mark", "<a/>".getBytes(Charset.forName("UTF-32BE"))),
        Arguments.of("half a pair in UTF-16", wide("<a>\ud800</a>", new Surrogates(), 0xfe, 0xff)),
        Arguments.of(
            "half a unit of UTF-16",
            Arrays.copyOf(wide("<a/>", StandardCharsets.UTF_16LE, 0xff, 0xfe), 9)),
        Arguments.of(
            "two marks", wide("<a/>", StandardCharsets.UTF_8, 0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf)));
  }

  private static byte[] ascii() {
    final byte[] text = utf8("<?xml version='1.0' encoding='US-ASCII'?><a>x</a>");
    return with(text, text.length - 5, 0xe4);
  }

  /** UTF-16BE that writes what it is given. */
  private static final class Surrogates extends Charset {
    Surrogates() {
      super("x-units", new String[0]);
    }

    @Override
    public boolean contains(final Charset charset) {
      return true;
    }

    @Override
    public CharsetDecoder newDecoder() {
      return StandardCharsets.UTF_16BE.newDecoder();
    }

    @Override
    public CharsetEncoder newEncoder() {
      return new CharsetEncoder(this, 2, 2) {
        @Override
        protected CoderResult encodeLoop(final CharBuffer in, final ByteBuffer out) {
          while (in.hasRemaining()) {
            out.putChar(in.get());
          }
          return CoderResult.UNDERFLOW;
        }

        @Override
        public boolean isLegalReplacement(final byte[] replacement) {
          return true;
        }
      };
    }
  }

  private static void refuses(final EventPackage with, final byte[] body) {
    assertThatThrownBy(() -> with.parse(body))
        .as(with.name())
        .isInstanceOfSatisfying(
            UnacceptableBodyException.class,
            e -> {
              assertThat(e.code()).isEqualTo(415);
              assertThat(e.reason()).isEqualTo("Unsupported media type");
              assertThat(e.getMessage()).hasSizeLessThan(80).doesNotContain("<", "passwd");
            });
  }

  private static long allocated() {
    final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  @DisplayName("refused by all packages, in bounded time and memory")
  void refused(final String what, final byte[] body) {
    for (final EventPackage with : XmlPackages.all()) {
      final long before = allocated();
      final long began = System.nanoTime();
      refuses(with, body);
      assertThat(allocated() - before).as("memory for " + what).isLessThan(MOST_BYTES);
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .as("time for " + what)
          .isLessThan(Duration.ofSeconds(5));
    }
  }

  private static Stream<Arguments> taken() {
    final String text = "<a><b c='\u00e9'>\u20ac\ud83d\ude00</b></a>";
    final String declared = "<?xml version='1.0' encoding='utf-16'?>" + text;
    return Stream.of(
        Arguments.of("UTF-8", utf8(text)),
        Arguments.of("UTF-8 with a mark", wide(text, StandardCharsets.UTF_8, 0xef, 0xbb, 0xbf)),
        Arguments.of("UTF-8, declared", utf8("<?xml version='1.0' encoding='utf-8'?>" + text)),
        Arguments.of("UTF-16BE", wide(declared, StandardCharsets.UTF_16BE, 0xfe, 0xff)),
        Arguments.of("UTF-16LE", wide(declared, StandardCharsets.UTF_16LE, 0xff, 0xfe)),
        Arguments.of("UTF-16LE, undeclared", wide(text, StandardCharsets.UTF_16LE, 0xff, 0xfe)),
        Arguments.of("UTF-16BE without mark", declared.getBytes(StandardCharsets.UTF_16BE)),
        Arguments.of("UTF-16LE without mark", declared.getBytes(StandardCharsets.UTF_16LE)),
        Arguments.of(
            "ISO-8859-1",
            "<?xml version='1.0' encoding='ISO-8859-1'?><a><b c='\u00e9'>&#8364;&#128512;</b></a>"
                .getBytes(StandardCharsets.ISO_8859_1)),
        Arguments.of(
            "US-ASCII",
            utf8(
                "<?xml version='1.0' encoding='us-ascii'?>"
                    + "<a><b c='&#xe9;'>&#8364;&#128512;</b></a>")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("taken")
  @DisplayName("encodings that are taken mean the same")
  void taken(final String encoding, final byte[] body) throws Exception {
    final XmlElement b = new XmlParser().parse(body).root().children("b").get(0);
    assertThat(b.attribute("c")).as(encoding).contains("\u00e9");
    assertThat(b.text()).as(encoding).isEqualTo("\u20ac\ud83d\ude00");
  }

  @Test
  @DisplayName("an aggregate is UTF-8, whatever its parts were")
  void utf8Out() throws Exception {
    final EventPackage dialog = XmlPackages.all().get(1);
    final Document document =
        dialog.parse(
            wide(
                "<?xml version='1.0' encoding='UTF-16'?><dialog-info><dialog id='\u20ac'/>"
                    + "</dialog-info>",
                StandardCharsets.UTF_16LE,
                0xff,
                0xfe));
    final byte[] state =
        dialog.state("sip:b@d", List.of(document), OptionalInt.empty()).orElseThrow();
    assertThat(new String(state, StandardCharsets.UTF_8)).contains("<dialog id=\"\u20ac\"/>");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  @DisplayName("a document cut off at any byte is refused; at its last line end it is whole")
  void truncated(final int index) throws Exception {
    final Samples sample = Samples.xml().get(index);
    final byte[] whole = utf8(sample.text());
    for (final EventPackage with : XmlPackages.all()) {
      if (with.name().equals(sample.event())) {
        for (int length = 1; length < whole.length - 1; length++) {
          refuses(with, Arrays.copyOf(whole, length));
        }
        assertThat(with.parse(Arrays.copyOf(whole, whole.length - 1))).isNotNull();
      }
    }
  }

  @Test
  @DisplayName("what is just within the limits is taken, and merged in bounded time and memory")
  void atTheLimits() throws Exception {
    final String prefixes = "p".repeat(100);
    final StringBuilder root = new StringBuilder("<presence");
    for (int i = 0; i < XmlLimits.ATTRIBUTES - 1; i++) {
      root.append(" xmlns:").append(prefixes).append(i).append("=\"u\"");
    }
    final List<String> documents =
        List.of(
            nested(XmlLimits.DEPTH),
            attributes(XmlLimits.ATTRIBUTES),
            namespaces(XmlLimits.NAMESPACES / 8, 8),
            "<a>" + "<b/>".repeat(XmlLimits.ELEMENTS - 1) + "</a>",
            "<presence>" + "<tuple id=''/>".repeat(XmlLimits.ELEMENTS - 1) + "</presence>",
            "<dialog-info>" + "<dialog/>".repeat(XmlLimits.ELEMENTS - 1) + "</dialog-info>",
            "<a>" + "c".repeat(XmlLimits.TEXT) + "</a>",
            "<a b='" + "c".repeat(XmlLimits.VALUE) + "'/>",
            root + "><tuple id='1'><note>" + "p:".repeat(16_000) + "</note></tuple></presence>",
            root + "><tuple id='1'><note>" + "p".repeat(32_000) + "</note></tuple></presence>");
    for (final EventPackage with : XmlPackages.all()) {
      for (final String text : documents) {
        final long before = allocated();
        final long began = System.nanoTime();
        final Document document = with.parse(utf8(text));
        for (int offline = -1; offline < 3; offline++) {
          with.state(
              "sip:ann@lab.example",
              List.of(document, document, document),
              offline < 0 ? OptionalInt.empty() : OptionalInt.of(offline));
        }
        assertThat(allocated() - before).as(with.name()).isLessThan(2 * MOST_BYTES);
        assertThat(Duration.ofNanos(System.nanoTime() - began))
            .as(with.name())
            .isLessThan(Duration.ofSeconds(5));
      }
    }
  }

  @Test
  @DisplayName("what elements take with them into other documents is bounded, and so is the merge")
  void takenAlong() throws Exception {
    final List<Document> held = new ArrayList<>();
    long most = 0;
    for (final String root : List.of("presence", "dialog-info", "reginfo", "conference-info")) {
      for (final EventPackage with : XmlPackages.all()) {
        for (final int elements : List.of(41, 3_718)) {
          final byte[] body = utf8(crowd(root, 500, elements));
          assertThat(body.length).isLessThan(XmlLimits.BYTES);
          final long before = allocated();
          final long began = System.nanoTime();
          try {
            final Document document = with.parse(body);
            held.add(document);
            assertThat(
                    with.state(
                        "sip:ann@lab.example",
                        Collections.nCopies(64, document),
                        OptionalInt.empty()))
                .satisfiesAnyOf(
                    state -> assertThat(state).isEmpty(),
                    state -> assertThat(state.orElseThrow()).hasSizeLessThan(3 * XmlLimits.BYTES));
          } catch (final UnacceptableBodyException e) {
            assertThat(e.code()).isEqualTo(415);
            assertThat(elements).isEqualTo(3_718);
          }
          assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
          most = Math.max(most, allocated() - before);
        }
      }
    }
    assertThat(held).hasSizeBetween(36, 60);
    assertThat(most).isLessThan(MOST_BYTES);
  }

  @Test
  @DisplayName("a document whose elements need many declarations keeps them once")
  void sharedDeclarations() throws Exception {
    final EventPackage presence = XmlPackages.all().get(0);
    final byte[] body = utf8(crowd("presence", 20, 700));
    final Document one = presence.parse(body);
    System.gc();
    final long before = used();
    final List<Document> held = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      held.add(presence.parse(body));
    }
    System.gc();
    assertThat(used() - before).isLessThan(100 * 10L * body.length);
    assertThat(held).hasSize(100).doesNotContain(one);
  }

  private static long used() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
