// SPDX-License-Identifier: GPL-3.0-or-later
package io.kamjvm.b2b;

import io.kamjvm.b2b.B2bParameters.Credentials;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers to digest challenges (RFC 8760, RFC 2617): MD5 and SHA-256, with qop auth or none. */
final class Digest {
  private static final String SCHEME = "digest ";
  private static final int LONGEST = 4_096;
  private static final Pattern PARAMETER =
      Pattern.compile("([a-zA-Z-]+)\\s*=\\s*(?:\"([^\"]*)\"|([^\\s,\"]+))");

  private Digest() {}

  /** The value of an Authorization header; empty when it is no challenge we can answer. */
  static Optional<String> answer(
      final String challenge,
      final String method,
      final String uri,
      final Credentials credentials) {
    return answer(challenge, method, uri, credentials, UUID.randomUUID().toString());
  }

  static Optional<String> answer(
      final String challenge,
      final String method,
      final String uri,
      final Credentials credentials,
      final String cnonce) {
    final String trimmed = challenge.trim();
    if (trimmed.length() > LONGEST
        || !trimmed.toLowerCase(Locale.ROOT).startsWith(SCHEME)
        || !trimmed.chars().allMatch(c -> c >= ' ' && c != 0x7f)) {
      return Optional.empty();
    }
    final Map<String, String> given = new HashMap<>();
    final Matcher matcher = PARAMETER.matcher(trimmed.substring(SCHEME.length()));
    while (matcher.find()) {
      given.put(
          matcher.group(1).toLowerCase(Locale.ROOT),
          matcher.group(2) == null ? matcher.group(3) : matcher.group(2));
    }
    final Optional<MessageDigest> hash = hash(given.getOrDefault("algorithm", "MD5"));
    final Optional<Boolean> qop = qop(given);
    if (hash.isEmpty()
        || qop.isEmpty()
        || !given.containsKey("realm")
        || !given.containsKey("nonce")) {
      return Optional.empty();
    }
    return Optional.of(respond(given, hash.get(), qop.get(), method, uri, credentials, cnonce));
  }

  private static Optional<MessageDigest> hash(final String algorithm) {
    try {
      return switch (algorithm.toUpperCase(Locale.ROOT)) {
        case "MD5" -> Optional.of(MessageDigest.getInstance("MD5"));
        case "SHA-256" -> Optional.of(MessageDigest.getInstance("SHA-256"));
        default -> Optional.empty();
      };
    } catch (final NoSuchAlgorithmException e) {
      return Optional.empty();
    }
  }

  /** Whether qop=auth is used; empty when only others are offered. */
  private static Optional<Boolean> qop(final Map<String, String> given) {
    if (!given.containsKey("qop")) {
      return Optional.of(false);
    }
    for (final String each : given.get("qop").split(",")) {
      if (each.trim().equalsIgnoreCase("auth")) {
        return Optional.of(true);
      }
    }
    return Optional.empty();
  }

  private static String respond(
      final Map<String, String> given,
      final MessageDigest hash,
      final boolean qop,
      final String method,
      final String uri,
      final Credentials credentials,
      final String cnonce) {
    final String realm = given.get("realm");
    final String nonce = given.get("nonce");
    final String count = "00000001";
    final String secret =
        hex(hash, credentials.username() + ":" + realm + ":" + credentials.password());
    final String what = hex(hash, method + ":" + uri);
    final String response =
        hex(
            hash,
            qop
                ? secret + ":" + nonce + ":" + count + ":" + cnonce + ":auth:" + what
                : secret + ":" + nonce + ":" + what);
    final StringBuilder text = new StringBuilder(256);
    text.append("Digest username=\"").append(credentials.username());
    text.append("\", realm=\"").append(realm);
    text.append("\", nonce=\"").append(nonce);
    text.append("\", uri=\"").append(uri);
    text.append("\", response=\"").append(response).append('"');
    Optional.ofNullable(given.get("algorithm"))
        .ifPresent(algorithm -> text.append(", algorithm=").append(algorithm));
    Optional.ofNullable(given.get("opaque"))
        .ifPresent(opaque -> text.append(", opaque=\"").append(opaque).append('"'));
    if (qop) {
      text.append(", qop=auth, nc=").append(count);
      text.append(", cnonce=\"").append(cnonce).append('"');
    }
    return text.toString();
  }

  private static String hex(final MessageDigest hash, final String text) {
    return HexFormat.of().formatHex(hash.digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
