package io.github.celeryjava.kombu.serialization;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.Writer;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Date;
import java.util.Deque;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.emitter.Emitter;
import org.yaml.snakeyaml.events.DocumentEndEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.ImplicitTuple;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.events.StreamEndEvent;
import org.yaml.snakeyaml.events.StreamStartEvent;

/**
 * Writes the parts of a value as YAML the way PyYAML does: in blocks, without aliases, with all
 * that is not ASCII escaped. Not thread-safe.
 */
final class YamlSink implements ValueSink {

  private static final int LINE = 76; // of base64, as Python breaks it
  private static final ImplicitTuple PLAIN = new ImplicitTuple(true, false);
  private static final ImplicitTuple TAGGED = new ImplicitTuple(false, false);

  private final Emitter out;

  // Mutable state
  private final Deque<Event> ends = new ArrayDeque<>();

  YamlSink(Writer writer) throws IOException {
    DumperOptions options = new DumperOptions();
    options.setAllowUnicode(false);
    options.setDefaultFlowStyle(FlowStyle.BLOCK);
    out = new Emitter(writer, options);
    out.emit(new StreamStartEvent(null, null));
    out.emit(new DocumentStartEvent(null, null, false, null, Map.of()));
  }

  void endDocument() throws IOException {
    out.emit(new DocumentEndEvent(null, null, false));
    out.emit(new StreamEndEvent(null, null));
  }

  @Override
  public void nothing() throws IOException {
    plain("null");
  }

  @Override
  public void truth(boolean value) throws IOException {
    plain(String.valueOf(value));
  }

  @Override
  public void integer(long value) throws IOException {
    plain(String.valueOf(value));
  }

  @Override
  public void integer(BigInteger value) throws IOException {
    plain(value.toString());
  }

  /** The exponent has a sign, or YAML 1.1 takes the number for text. */
  @Override
  public void real(double value) throws IOException {
    if (Double.isNaN(value)) {
      plain(".nan");
    } else if (Double.isInfinite(value)) {
      plain(value < 0 ? "-.inf" : ".inf");
    } else {
      String digits = Double.toString(value);
      plain(digits.contains("E-") ? digits.replace('E', 'e') : digits.replace("E", "e+"));
    }
  }

  /**
   * Lines are quoted, as PyYAML does: the emitter takes "a:" before a line break for plain text.
   */
  @Override
  public void text(String value) throws IOException {
    ImplicitTuple tag = new ImplicitTuple(YamlScalars.isText(value), true);
    boolean lines = value.indexOf('\n') >= 0;
    scalar(YamlScalars.TEXT, tag, value, lines ? ScalarStyle.SINGLE_QUOTED : ScalarStyle.PLAIN);
  }

  @Override
  public void bytes(byte[] value) throws IOException {
    String base64 = Base64.getMimeEncoder(LINE, "\n".getBytes(US_ASCII)).encodeToString(value);
    String lines = base64.isEmpty() ? base64 : base64 + "\n";
    scalar(YamlScalars.BYTES, TAGGED, lines, ScalarStyle.LITERAL);
  }

  @Override
  public void startList(int size) throws IOException {
    out.emit(
        new SequenceStartEvent(
            null, YamlScalars.PREFIX + "seq", true, null, null, FlowStyle.BLOCK));
    ends.push(new SequenceEndEvent(null, null));
  }

  @Override
  public void startMap(int size) throws IOException {
    startMap("map", true);
  }

  @Override
  public boolean startSet(int size) throws IOException {
    startMap("set", false);
    return true;
  }

  @Override
  public void end() throws IOException {
    out.emit(ends.pop());
  }

  @Override
  public boolean special(Object value) throws IOException {
    String time;
    try {
      time = time(value);
    } catch (DateTimeException e) {
      throw new NoFormException(String.valueOf(e.getMessage()), e);
    }
    if (time == null) {
      return false;
    }
    plain(time);
    return true;
  }

  @Override
  public boolean takesKey(@Nullable Object key) {
    return key == null
        || key instanceof Number
        || key instanceof Boolean
        || key instanceof byte[]
        || key instanceof ByteBuffer
        || key.getClass().getPackageName().equals("java.time");
  }

  @Override
  public boolean sortsKeys() {
    return true;
  }

  @SuppressWarnings("JavaUtilDate") // applications still have them
  private static @Nullable String time(Object value) {
    if (value instanceof OffsetDateTime aware) {
      return YamlTimes.format(aware);
    }
    if (value instanceof ZonedDateTime zoned) {
      return YamlTimes.format(zoned.toOffsetDateTime());
    }
    if (value instanceof Instant instant) {
      return YamlTimes.format(instant.atOffset(ZoneOffset.UTC));
    }
    if (value instanceof Date date) {
      // Not toInstant(), which the subclasses of java.sql refuse.
      return YamlTimes.format(Instant.ofEpochMilli(date.getTime()).atOffset(ZoneOffset.UTC));
    }
    if (value instanceof LocalDateTime naive) {
      return YamlTimes.format(naive);
    }
    return value instanceof LocalDate date ? YamlTimes.format(date) : null;
  }

  private void startMap(String tag, boolean implicit) throws IOException {
    out.emit(
        new MappingStartEvent(
            null, YamlScalars.PREFIX + tag, implicit, null, null, FlowStyle.BLOCK));
    ends.push(new MappingEndEvent(null, null));
  }

  private void plain(String text) throws IOException {
    scalar(YamlScalars.TEXT, PLAIN, text, ScalarStyle.PLAIN);
  }

  private void scalar(String tag, ImplicitTuple implicit, String text, ScalarStyle style)
      throws IOException {
    out.emit(new ScalarEvent(null, tag, implicit, text, null, null, style));
  }
}
