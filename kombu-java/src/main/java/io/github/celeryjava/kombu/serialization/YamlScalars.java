package io.github.celeryjava.kombu.serialization;

import io.github.celeryjava.kombu.exceptions.DecodeException;
import java.math.BigInteger;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.events.ScalarEvent;

/**
 * What a scalar means by the rules of YAML 1.1, in the spellings that PyYAML takes for each type:
 * {@code yes} is a boolean, {@code 010} is eight, {@code 1:30} is ninety, and {@code 1e3} is text.
 * Stateless and thread-safe.
 *
 * <p>Wire source: {@code resolver.py} and {@code constructor.py} of PyYAML.
 */
final class YamlScalars {

  static final String PREFIX = "tag:yaml.org,2002:";
  static final String TEXT = PREFIX + "str";
  static final String BYTES = PREFIX + "binary";

  private static final String NULL = PREFIX + "null";
  private static final String BOOL = PREFIX + "bool";
  private static final String INT = PREFIX + "int";
  private static final String FLOAT = PREFIX + "float";
  private static final String TIMESTAMP = PREFIX + "timestamp";
  private static final String MERGE = PREFIX + "merge";
  private static final String VALUE = PREFIX + "value";

  /** Longer numbers take time that grows with the square of their length. */
  private static final int MAX_NUMBER_LENGTH = 10_000;

  private static final int BASE_OF_TIMES = 60;

  private static final Map<String, Boolean> TRUTHS =
      Map.of("yes", true, "no", false, "true", true, "false", false, "on", true, "off", false);

  private static final Pattern TRUTH =
      Pattern.compile("yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF");

  private static final Pattern INTEGER =
      Pattern.compile("[-+]?(?:0b[01_]++|0[0-7_]++|0x[0-9a-fA-F_]++|0|[1-9][0-9_]*+)");

  private static final Pattern REAL =
      Pattern.compile(
          "[-+]?[0-9][0-9_]*+\\.[0-9_]*+(?:[eE][-+][0-9]+)?"
              + "|\\.[0-9][0-9_]*+(?:[eE][-+][0-9]+)?"
              + "|[-+]?\\.(?:inf|Inf|INF)"
              + "|\\.(?:nan|NaN|NAN)");

  private YamlScalars() {}

  static @Nullable Object value(ScalarEvent scalar) {
    String text = scalar.getValue();
    String tag = tag(scalar);
    try {
      return switch (tag) {
        case TEXT, VALUE, MERGE -> text;
        case NULL -> null;
        case BOOL -> truth(text);
        case INT -> integer(text);
        case FLOAT -> real(text);
        case TIMESTAMP -> YamlTimes.parse(text);
        case BYTES -> Base64.getMimeDecoder().decode(text);
        default -> throw unknown(tag);
      };
    } catch (DecodeException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new DecodeException("not a " + tag + ": " + e.getMessage(), e);
    }
  }

  static boolean isMerge(ScalarEvent scalar) {
    return tag(scalar).equals(MERGE);
  }

  /** Whether plain text, without quotes, is read as text again. */
  static boolean isText(String plain) {
    return resolved(plain).equals(TEXT);
  }

  static DecodeException unknown(String tag) {
    String shown = tag.length() <= 80 ? tag : tag.substring(0, 80) + "...";
    return new DecodeException("the tag " + shown + " has no meaning here", null);
  }

  private static String tag(ScalarEvent scalar) {
    String tag = scalar.getTag();
    if (tag != null && !tag.equals("!")) {
      return tag;
    }
    return scalar.getImplicit().canOmitTagInPlainScalar() ? resolved(scalar.getValue()) : TEXT;
  }

  private static String resolved(String plain) {
    if (plain.isEmpty()) {
      return NULL;
    }
    return switch (plain.charAt(0)) {
      case '~', 'n', 'N' -> isNull(plain) ? NULL : truthOrText(plain);
      case 'y', 'Y', 't', 'T', 'f', 'F', 'o', 'O' -> truthOrText(plain);
      case '-', '+', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> numberOrText(plain);
      case '<' -> plain.equals("<<") ? MERGE : TEXT;
      case '=' -> plain.equals("=") ? VALUE : TEXT;
      default -> TEXT;
    };
  }

  private static boolean isNull(String plain) {
    return plain.equals("~")
        || plain.equals("null")
        || plain.equals("Null")
        || plain.equals("NULL");
  }

  private static String truthOrText(String plain) {
    return TRUTH.matcher(plain).matches() ? BOOL : TEXT;
  }

  private static String numberOrText(String plain) {
    if (INTEGER.matcher(plain).matches()) {
      return INT;
    }
    if (REAL.matcher(plain).matches()) {
      return FLOAT;
    }
    if (YamlTimes.isTime(plain)) {
      return TIMESTAMP;
    }
    return plain.indexOf(':') > 0 ? inSixtiethsOrText(plain) : TEXT;
  }

  /** A loop: as a pattern this would recurse as deeply as the text is long. */
  private static String inSixtiethsOrText(String plain) {
    int at = plain.charAt(0) == '-' || plain.charAt(0) == '+' ? 1 : 0;
    int first = at;
    while (at < plain.length() && (isDigit(plain, at) || (at > first && plain.charAt(at) == '_'))) {
      at++;
    }
    int whole = at;
    while (isSixtieth(plain, at)) {
      at += isDigit(plain, at + 2) && plain.charAt(at + 1) <= '5' ? 3 : 2;
    }
    if (whole == first || at == whole) {
      return TEXT;
    }
    if (at == plain.length()) {
      return plain.charAt(first) == '0' ? TEXT : INT;
    }
    boolean fraction = plain.charAt(at) == '.';
    while (fraction && ++at < plain.length()) {
      fraction = isDigit(plain, at) || plain.charAt(at) == '_';
    }
    return fraction ? FLOAT : TEXT;
  }

  private static boolean isSixtieth(String text, int at) {
    return at < text.length() && text.charAt(at) == ':' && isDigit(text, at + 1);
  }

  private static boolean isDigit(String text, int at) {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private static boolean truth(String text) {
    Boolean truth = TRUTHS.get(text.toLowerCase(Locale.ROOT));
    if (truth == null) {
      throw new IllegalArgumentException("neither true nor false");
    }
    return truth;
  }

  private static Number integer(String text) {
    String digits = checked(text);
    boolean negative = digits.startsWith("-");
    String rest = negative || digits.startsWith("+") ? digits.substring(1) : digits;
    BigInteger number = magnitude(rest);
    BigInteger signed = negative ? number.negate() : number;
    return signed.bitLength() < Long.SIZE ? (Number) signed.longValue() : signed;
  }

  private static BigInteger magnitude(String digits) {
    if (digits.startsWith("0b")) {
      return new BigInteger(digits.substring(2), 2);
    }
    if (digits.startsWith("0x")) {
      return new BigInteger(digits.substring(2), 16);
    }
    if (digits.startsWith("0")) {
      return new BigInteger(digits, 8);
    }
    BigInteger number = BigInteger.ZERO;
    for (String part : digits.split(":", -1)) {
      number = number.multiply(BigInteger.valueOf(BASE_OF_TIMES)).add(new BigInteger(part));
    }
    return number;
  }

  private static double real(String text) {
    String digits = checked(text).toLowerCase(Locale.ROOT);
    boolean negative = digits.startsWith("-");
    String rest = negative || digits.startsWith("+") ? digits.substring(1) : digits;
    double number = 0;
    if (rest.equals(".inf")) {
      number = Double.POSITIVE_INFINITY;
    } else if (rest.equals(".nan")) {
      number = Double.NaN;
    } else {
      for (String part : rest.split(":", -1)) {
        number = number * BASE_OF_TIMES + Double.parseDouble(part);
      }
    }
    return negative ? -number : number;
  }

  private static String checked(String number) {
    if (number.length() > MAX_NUMBER_LENGTH) {
      throw new NumberFormatException("more than " + MAX_NUMBER_LENGTH + " characters");
    }
    return number.replace("_", "");
  }
}
