package io.github.celeryjava.celery.internal;

import io.github.celeryjava.kombu.internal.Internal;
import java.util.regex.Pattern;

/**
 * Takes the passwords out of a text that may hold URLs. Stateless and thread-safe.
 *
 * <p>It does not parse: whatever could be part of a password goes, so a broken URL shows too little
 * rather than too much.
 */
@Internal
public final class SecretMask {

  /** What is shown in place of a secret; the same as in Celery. */
  public static final String MASK = "********";

  /** A semicolon or comma that is followed by another URL, not by the rest of a password. */
  private static final Pattern BETWEEN_URLS =
      Pattern.compile("(?<=[;,\\s])(?=\\s*[a-zA-Z][a-zA-Z0-9+.-]*://)");

  /** A parameter of a query, or a field of a cloud store's connection string. */
  private static final Pattern SECRET_PARAMETER =
      Pattern.compile(
          "(?<=^|[?&;/\\s])([\\w.+-]*(?:key|token|secret|pass|signature|credential)[\\w.-]*|sig)="
              + "[^&;#\\s]*",
          Pattern.CASE_INSENSITIVE);

  private static final String SCHEME_END = "://";

  private SecretMask() {}

  /**
   * {@code text} with each password in it replaced by {@link #MASK}: what stands between the first
   * colon and the last {@code @} of a URL, and the value of each parameter with a telling name.
   */
  public static String mask(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    for (String part : BETWEEN_URLS.split(text, -1)) {
      shown.append(maskUserInfo(part));
    }
    return SECRET_PARAMETER.matcher(shown).replaceAll("$1=" + MASK);
  }

  private static String maskUserInfo(String url) {
    int scheme = url.indexOf(SCHEME_END);
    int start = scheme < 0 ? 0 : scheme + SCHEME_END.length(); // kombu takes user:password@host too
    int end = url.lastIndexOf('@');
    int colon = url.indexOf(':', start);
    if (colon < 0 || colon > end) {
      return url;
    }
    return url.substring(0, colon + 1) + MASK + url.substring(end);
  }
}
