package io.github.celeryjava.kombu.serialization;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.ContentDisallowedException;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.exceptions.KombuException;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The serializers of one application: by name for what it sends, by content type for what it
 * receives. Immutable and thread-safe.
 *
 * <p>Named after {@code kombu.serialization.registry}, which is one for the whole process; here
 * every application has its own, and changes it with {@link #toBuilder()}.
 */
public final class SerializerRegistry {

  private static final SerializerRegistry STANDARD = builder().build();

  private static final String TOO_DEEP =
      "the value is nested deeper than the stack of this thread allows";

  private final Set<String> builtIn;
  private final SerializerTable table;
  private final Serializer defaultSerializer;
  private final JsonSerializer json;
  private final ReadLimits limits;

  SerializerRegistry(SerializerRegistryBuilder builder) {
    builtIn = builder.builtIn();
    limits = builder.limits();
    json = builder.json();
    table = new SerializerTable(builder.serializers(json), builder.disabled());
    defaultSerializer = table.named(builder.defaultSerializer());
  }

  /**
   * JSON, text and bytes; MessagePack and YAML where their libraries are there; what {@link
   * ServiceLoader} finds besides.
   */
  public static SerializerRegistry standard() {
    return STANDARD;
  }

  /** Starts from what {@link #standard()} holds. */
  public static SerializerRegistryBuilder builder() {
    return new SerializerRegistryBuilder();
  }

  /** Starts from what this registry holds. */
  public SerializerRegistryBuilder toBuilder() {
    return new SerializerRegistryBuilder(this);
  }

  /** How much of a message is read. */
  public ReadLimits limits() {
    return limits;
  }

  /**
   * Encodes a body. Text and bytes for which nobody names a serializer or a type are sent as they
   * are, as {@code text/plain} and {@code application/data}; everything else goes through the
   * serializer named, or the default one.
   *
   * @param serializer a registered name or {@code raw}; ignored if a content type is given
   * @param contentType sends text or bytes as they are under this type
   * @param contentEncoding with a content type only: the charset of text, {@code utf-8} if null
   * @throws ConfigurationException if there is no serializer of that name
   * @throws EncodeException if the body has no form; the message names the path to the value
   */
  public Encoded encode(
      @Nullable Object body,
      @Nullable String serializer,
      @Nullable String contentType,
      @Nullable String contentEncoding) {
    if (contentType != null && !contentType.isEmpty()) {
      return RawSerializer.as(body, contentType, contentEncoding);
    }
    if (RawSerializer.NAME.equals(serializer)) {
      return RawSerializer.encode(body);
    }
    if (serializer == null && body instanceof byte[]) {
      return RawSerializer.as(body, RawSerializer.DATA, null);
    }
    if (serializer == null && body instanceof String) {
      return RawSerializer.as(body, RawSerializer.TEXT, null);
    }
    return encode(body, serializer == null ? defaultSerializer : table.named(serializer));
  }

  /**
   * Decodes a body: the type is checked first, an empty body is left as it is, a registered type is
   * decoded by its serializer, any other as text in the encoding named, or left as bytes.
   *
   * @param body not compressed; not changed
   * @param contentType null counts as {@code application/data}
   * @param contentEncoding null counts as {@code utf-8}
   * @throws ContentDisallowedException if {@code accept} refuses the type
   * @throws DecodeException if the body is too large, or not what its type and encoding say
   */
  public @Nullable Object decode(
      byte[] body,
      @Nullable String contentType,
      @Nullable String contentEncoding,
      AcceptList accept) {
    Serializer serializer = readable(body, contentType, accept);
    if (body.length == 0) {
      return RawSerializer.empty(contentEncoding);
    }
    return serializer == null
        ? RawSerializer.decode(body, contentEncoding)
        : decode(serializer, body, Object.class);
  }

  /**
   * Decodes a body into a Java type; JSON without a detour.
   *
   * @throws ContentDisallowedException if {@code accept} refuses the type
   * @throws DecodeException as the other form, and if the body does not fit the type
   */
  public @Nullable Object decode(
      byte[] body,
      @Nullable String contentType,
      @Nullable String contentEncoding,
      AcceptList accept,
      Type type) {
    Serializer serializer = readable(body, contentType, accept);
    if (serializer instanceof JsonSerializer own && body.length > 0) {
      return decode(own, body, type);
    }
    return convert(decode(body, contentType, contentEncoding, accept), type);
  }

  /**
   * Makes a Java type of a value that was decoded without one, as the JSON serializer does.
   *
   * @throws DecodeException if the value does not fit the type; the message names the path
   */
  public @Nullable Object convert(@Nullable Object value, Type type) {
    return json.convert(value, type);
  }

  /**
   * The accept list of a reader.
   *
   * @param namesOrTypes serializer names and MIME types; null accepts everything that is not
   *     disabled, an empty one nothing but plain data
   * @throws ConfigurationException if a name is not registered, or names a refused format
   */
  public AcceptList accept(@Nullable Collection<String> namesOrTypes) {
    return table.accept(namesOrTypes);
  }

  /**
   * Takes messages of every type, those too that are disabled: for senders who are trusted. What is
   * refused, as pickle is, stays refused.
   *
   * <p>Named after the argument {@code force} of {@code kombu.serialization.loads}.
   */
  public AcceptList acceptAll() {
    return AcceptList.allBut(Set.of());
  }

  /**
   * The MIME type of a serializer; a MIME type is returned as it is.
   *
   * @throws ConfigurationException if a name is not registered, or if the format is refused
   */
  public String contentType(String nameOrType) {
    return table.contentType(nameOrType);
  }

  /**
   * The name of the serializer that reads a type.
   *
   * @return empty if there is none, as for text and bytes
   */
  public Optional<String> name(String contentType) {
    return Optional.ofNullable(table.ofType(contentType)).map(Serializer::name);
  }

  Set<String> builtIn() {
    return builtIn;
  }

  SerializerTable table() {
    return table;
  }

  String defaultSerializer() {
    return defaultSerializer.name();
  }

  private @Nullable Serializer readable(
      byte[] body, @Nullable String contentType, AcceptList accept) {
    accept.check(contentType);
    limits.checkBody(body);
    return table.ofType(AcceptList.typeOrData(contentType));
  }

  private static Encoded encode(@Nullable Object body, Serializer serializer) {
    try {
      return new Encoded(
          serializer.contentType(), serializer.contentEncoding(), serializer.encode(body));
    } catch (KombuException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new EncodeException(serializer.name() + " cannot encode: " + e.getMessage(), e);
    } catch (StackOverflowError e) {
      throw new EncodeException(serializer.name() + " cannot encode: " + TOO_DEEP, e);
    }
  }

  /** The JSON serializer decodes into any type, the others into their own. */
  private static @Nullable Object decode(Serializer serializer, byte[] body, Type type) {
    try {
      return serializer instanceof JsonSerializer own
          ? own.decode(body, type)
          : serializer.decode(body);
    } catch (KombuException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new DecodeException(serializer.name() + " cannot decode: " + e.getMessage(), e);
    } catch (StackOverflowError e) {
      throw new DecodeException(serializer.name() + " cannot decode: " + TOO_DEEP, e);
    }
  }
}
