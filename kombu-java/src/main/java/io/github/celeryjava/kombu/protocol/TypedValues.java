package io.github.celeryjava.kombu.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes the Java values that JSON has no form for the way kombu does: an object of exactly the two
 * keys {@code __type__} and {@code __value__}. Immutable and thread-safe.
 *
 * <p>Wire source: {@code kombu/utils/json.py}. The legacy form, plain strings, is that of kombu
 * before 5.3.
 */
final class TypedValues {

  static final String TYPE = "__type__";
  static final String VALUE = "__value__";

  static final String DATETIME = "datetime";
  static final String DATE = "date";
  static final String TIME = "time";
  static final String DECIMAL = "decimal";
  static final String UUID_MARKER = "uuid";
  static final String BYTES = "bytes";
  static final String BASE64 = "base64";
  static final String HEX = "hex";

  /** The classes that {@link #write} takes, subclasses included. */
  static final List<Class<?>> CLASSES =
      List.of(
          OffsetDateTime.class,
          ZonedDateTime.class,
          Instant.class,
          Date.class,
          LocalDateTime.class,
          LocalDate.class,
          LocalTime.class,
          OffsetTime.class,
          BigDecimal.class,
          UUID.class,
          byte[].class);

  private static final SerializableString TYPE_KEY = new SerializedString(TYPE);
  private static final SerializableString VALUE_KEY = new SerializedString(VALUE);

  private final boolean legacy;

  /**
   * @param legacy whether to write what kombu before 5.3 writes, which is all it can read
   */
  TypedValues(boolean legacy) {
    this.legacy = legacy;
  }

  /** Writes {@code value} if it is of one of {@link #CLASSES}, else does nothing. */
  boolean write(JsonGenerator out, Object value) throws IOException {
    if (value instanceof UUID uuid) {
      writeUuid(out, uuid);
    } else if (value instanceof byte[] bytes) {
      writeBytes(out, bytes);
    } else if (value instanceof BigDecimal decimal) {
      writeText(out, DECIMAL, decimal.toString());
    } else {
      return writeTime(out, value);
    }
    return true;
  }

  boolean isLegacy() {
    return legacy;
  }

  /** Opens the envelope; the caller writes one value and then the end of the object. */
  static void startEnvelope(JsonGenerator out, String marker) throws IOException {
    out.writeStartObject();
    out.writeFieldName(TYPE_KEY);
    out.writeString(marker);
    out.writeFieldName(VALUE_KEY);
  }

  private boolean writeTime(JsonGenerator out, Object value) throws IOException {
    OffsetDateTime aware = aware(value);
    if (aware != null) {
      writeText(out, DATETIME, spell(aware));
    } else if (value instanceof LocalDateTime naive) {
      writeText(out, DATETIME, IsoTime.format(naive));
    } else if (value instanceof LocalDate date) {
      writeText(out, DATE, legacy ? IsoTime.format(date.atStartOfDay()) : IsoTime.format(date));
    } else if (value instanceof LocalTime time) {
      writeText(out, TIME, IsoTime.format(time));
    } else if (value instanceof OffsetTime time) {
      writeText(out, TIME, IsoTime.format(time));
    } else {
      return false;
    }
    return true;
  }

  @SuppressWarnings("JavaUtilDate") // applications still have them
  private static @Nullable OffsetDateTime aware(Object value) {
    if (value instanceof OffsetDateTime offset) {
      return offset;
    }
    if (value instanceof ZonedDateTime zoned) {
      return zoned.toOffsetDateTime();
    }
    if (value instanceof Instant instant) {
      return instant.atOffset(ZoneOffset.UTC);
    }
    if (value instanceof Date date) {
      // Not toInstant(), which the subclasses of java.sql refuse.
      return Instant.ofEpochMilli(date.getTime()).atOffset(ZoneOffset.UTC);
    }
    return null;
  }

  private String spell(OffsetDateTime aware) {
    return legacy && aware.getOffset().equals(ZoneOffset.UTC)
        ? IsoTime.format(aware.toLocalDateTime()) + "Z"
        : IsoTime.format(aware);
  }

  private void writeUuid(JsonGenerator out, UUID uuid) throws IOException {
    if (legacy) {
      out.writeString(uuid.toString());
      return;
    }
    startEnvelope(out, UUID_MARKER);
    out.writeStartObject();
    out.writeStringField(HEX, uuid.toString().replace("-", ""));
    out.writeEndObject();
    out.writeEndObject();
  }

  private void writeBytes(JsonGenerator out, byte[] bytes) throws IOException {
    if (legacy) {
      throw new EncodeException("kombu before 5.3 has no form for bytes; send text", null);
    }
    String text = textOrNull(bytes);
    if (text == null) {
      startEnvelope(out, BASE64);
      out.writeString(Base64.getEncoder().encodeToString(bytes));
    } else {
      startEnvelope(out, BYTES);
      out.writeString(text);
    }
    out.writeEndObject();
  }

  private void writeText(JsonGenerator out, String marker, String text) throws IOException {
    if (legacy) {
      out.writeString(text);
      return;
    }
    startEnvelope(out, marker);
    out.writeString(text);
    out.writeEndObject();
  }

  private static @Nullable String textOrNull(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null; // not text, which is one of the two answers and no error
    }
  }
}
