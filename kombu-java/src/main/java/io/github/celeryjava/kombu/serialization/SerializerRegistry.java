package io.github.celeryjava.kombu.serialization;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.ContentDisallowedException;
import io.github.celeryjava.kombu.exceptions.DecodeException;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.exceptions.KombuException;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
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

  private final boolean builtInJson;
  private final SerializerTable table;
  private final Serializer defaultSerializer;
  private final JsonSerializer json;
  private final ReadLimits limits;

  private SerializerRegistry(Builder builder) {
    builtInJson = builder.builtInJson;
    limits = builder.limits;
    json = builder.json();
    Map<String, Serializer> byName = new LinkedHashMap<>(builder.byName);
    if (builtInJson) {
      byName.put(JsonSerializer.NAME, json);
    }
    table = new SerializerTable(byName.values(), builder.disabled);
    defaultSerializer = table.named(builder.defaultSerializer);
  }

  /** JSON, text and bytes; what {@link ServiceLoader} finds besides. */
  public static SerializerRegistry standard() {
    return STANDARD;
  }

  /** Starts from what {@link #standard()} holds. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts from what this registry holds. */
  public Builder toBuilder() {
    return new Builder(this);
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
        : decode(serializer, body);
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
      return own.decode(body, type);
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
   * The MIME type of a serializer; a MIME type is returned as it is.
   *
   * @throws ConfigurationException if a name is not registered, or if the format is refused
   */
  public String contentType(String nameOrType) {
    return table.contentType(nameOrType);
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
    }
  }

  private static @Nullable Object decode(Serializer serializer, byte[] body) {
    try {
      return serializer.decode(body);
    } catch (KombuException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new DecodeException(serializer.name() + " cannot decode: " + e.getMessage(), e);
    }
  }

  /** Collects the serializers of one {@link SerializerRegistry}; not thread-safe. */
  public static final class Builder {

    // Mutable state
    private final Map<String, Serializer> byName = new LinkedHashMap<>();
    private final Set<String> disabled = new LinkedHashSet<>();
    private boolean builtInJson = true;
    private String defaultSerializer = JsonSerializer.NAME;
    private ReadLimits limits = ReadLimits.defaults();

    private Builder() {
      for (Serializer refused : RefusedSerializer.ALL) {
        byName.put(refused.name(), refused);
        disabled.add(refused.contentType());
      }
      ServiceLoader.load(Serializer.class).forEach(this::register);
    }

    private Builder(SerializerRegistry registry) {
      for (Serializer serializer : registry.table.serializers()) {
        byName.put(serializer.name(), serializer);
      }
      builtInJson = registry.builtInJson;
      disabled.addAll(registry.table.disabled());
      defaultSerializer = registry.defaultSerializer.name();
      limits = registry.limits;
    }

    /** Adds a serializer, enabled; one of the same name is replaced. */
    public Builder register(Serializer serializer) {
      String name = requireNonNull(serializer.name(), "name");
      if (name.contains("/") || name.equals(RawSerializer.NAME)) {
        throw new IllegalArgumentException("a serializer cannot be called " + name);
      }
      byName.put(name, serializer);
      builtInJson &= !name.equals(JsonSerializer.NAME);
      return enable(serializer.contentType());
    }

    /** Removes a serializer; messages of its type count as text or bytes from then on. */
    public Builder unregister(String name) {
      byName.remove(name);
      builtInJson &= !name.equals(JsonSerializer.NAME);
      return this;
    }

    /**
     * Lets readers without an accept list take a type.
     *
     * @throws ConfigurationException if it is that of a refused format
     */
    public Builder enable(String nameOrType) {
      Serializer serializer = find(nameOrType);
      if (serializer instanceof RefusedSerializer refused) {
        throw refused.refusal();
      }
      disabled.remove(serializer == null ? nameOrType : serializer.contentType());
      return this;
    }

    /** Keeps readers without an accept list from taking a type; sending it stays possible. */
    public Builder disable(String nameOrType) {
      Serializer serializer = find(nameOrType);
      disabled.add(serializer == null ? nameOrType : serializer.contentType());
      return this;
    }

    /** Used for bodies other than text and bytes if the sender names none. Default: json. */
    public Builder defaultSerializer(String name) {
      defaultSerializer = requireNonNull(name, "name");
      return this;
    }

    /**
     * Bounds what is read. A {@link JsonSerializer} registered by hand keeps the depth it was made
     * with.
     */
    public Builder limits(ReadLimits limits) {
      this.limits = requireNonNull(limits, "limits");
      return this;
    }

    /**
     * Checks that the default serializer exists, and freezes the rest.
     *
     * @throws ConfigurationException if it does not
     */
    public SerializerRegistry build() {
      return new SerializerRegistry(this);
    }

    private JsonSerializer json() {
      if (builtInJson) {
        return JsonSerializer.builder().limits(limits).build();
      }
      return byName.get(JsonSerializer.NAME) instanceof JsonSerializer own
          ? own
          : JsonSerializer.standard();
    }

    private @Nullable Serializer find(String nameOrType) {
      return byName.values().stream()
          .filter(one -> one.name().equals(nameOrType) || one.contentType().equals(nameOrType))
          .findFirst()
          .orElse(null);
    }
  }
}
