package io.github.celeryjava.kombu.transport;

import java.nio.charset.StandardCharsets;

/** Writes URLs as kombu's {@code as_uri} does. Stateless and thread-safe. */
final class UrlPrinter {

  private static final String MASK = "**";

  private static final String UNRESERVED = "-._~";
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private UrlPrinter() {}

  static String masked(ConnectionUrl url) {
    return print(url, true);
  }

  static String withPassword(ConnectionUrl url) {
    return print(url, false);
  }

  private static String print(ConnectionUrl url, boolean masked) {
    StringBuilder out = new StringBuilder(url.scheme()).append("://");
    credentials(out, url, masked);
    if (url.scheme().equals(ConnectionUrl.SOCKET_SCHEME)) {
      socket(out, url);
      return out.toString();
    }
    if (url.host() != null) {
      encode(out, url.host(), "");
    }
    if (url.port() != null) {
      out.append(':').append(url.port());
    }
    out.append('/');
    if (url.virtualHost() != null) {
      encode(out, url.virtualHost(), "/");
    }
    for (ConnectionUrl other : url.sentinels()) {
      out.append(';').append(print(other, masked));
    }
    return out.toString();
  }

  private static void credentials(StringBuilder out, ConnectionUrl url, boolean masked) {
    if (url.user() == null && url.password() == null) {
      return;
    }
    if (url.user() != null) {
      encode(out, url.user(), "");
    }
    if (url.password() != null) {
      encode(out.append(':'), masked ? MASK : url.password(), masked ? MASK : "");
    }
    out.append('@');
  }

  private static void socket(StringBuilder out, ConnectionUrl url) {
    if (url.host() != null) {
      encode(out, url.host(), "/");
    }
    if (url.virtualHost() != null) {
      out.append('?').append(ConnectionUrl.SOCKET_DATABASE).append('=');
      encode(out, url.virtualHost(), "");
    }
  }

  private static void encode(StringBuilder out, String text, String alsoSafe) {
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xff);
      if (isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0 || alsoSafe.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append('%').append(HEX[c >> 4]).append(HEX[c & 0xf]);
      }
    }
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
