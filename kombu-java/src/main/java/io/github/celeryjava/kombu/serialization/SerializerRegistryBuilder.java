package io.github.celeryjava.kombu.serialization;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the serializers of one {@link SerializerRegistry}; not thread-safe. */
public final class SerializerRegistryBuilder {

  // Mutable state
  private final Map<String, Serializer> byName = new LinkedHashMap<>();
  private final Set<String> builtIn = new LinkedHashSet<>(); // those of them that are ours
  private final Set<String> disabled = new LinkedHashSet<>();
  private String defaultSerializer = JsonSerializer.NAME;
  private ReadLimits limits = ReadLimits.defaults();

  SerializerRegistryBuilder() {
    byName.putAll(BuiltIns.with(limits, JsonSerializer.standard()));
    builtIn.addAll(byName.keySet());
    disableInsecureSerializers(List.of(JsonSerializer.NAME));
    ServiceLoader.load(Serializer.class).forEach(this::register);
  }

  SerializerRegistryBuilder(SerializerRegistry registry) {
    for (Serializer serializer : registry.table().serializers()) {
      byName.put(serializer.name(), serializer);
    }
    builtIn.addAll(registry.builtIn());
    disabled.addAll(registry.table().disabled());
    defaultSerializer = registry.defaultSerializer();
    limits = registry.limits();
  }

  /** Adds a serializer, enabled; one of the same name is replaced. */
  public SerializerRegistryBuilder register(Serializer serializer) {
    String name = requireNonNull(serializer.name(), "name");
    if (name.contains("/") || name.equals(RawSerializer.NAME)) {
      throw new IllegalArgumentException("a serializer cannot be called " + name);
    }
    byName.put(name, serializer);
    builtIn.remove(name);
    return enable(serializer.contentType());
  }

  /**
   * Removes a serializer; messages of its type count as text or bytes from then on.
   *
   * @throws ConfigurationException if there is none of that name
   */
  public SerializerRegistryBuilder unregister(String name) {
    if (byName.remove(name) == null) {
      throw SerializerTable.unknown(name, byName.keySet());
    }
    builtIn.remove(name);
    return this;
  }

  /**
   * Lets readers without an accept list take a type.
   *
   * @throws ConfigurationException if it is that of a refused format, or a name that is not
   *     registered
   */
  public SerializerRegistryBuilder enable(String nameOrType) {
    Serializer serializer = find(nameOrType);
    if (serializer instanceof RefusedSerializer refused) {
      throw refused.refusal();
    }
    disabled.remove(serializer == null ? nameOrType : serializer.contentType());
    return this;
  }

  /**
   * Keeps readers without an accept list from taking a type; sending it stays possible.
   *
   * @throws ConfigurationException if it is a name that is not registered
   */
  public SerializerRegistryBuilder disable(String nameOrType) {
    Serializer serializer = find(nameOrType);
    disabled.add(serializer == null ? nameOrType : serializer.contentType());
    return this;
  }

  /**
   * Lets readers without an accept list take MessagePack and YAML, as far as their libraries are
   * there. kombu calls them insecure; here they are read as safely as JSON.
   */
  public SerializerRegistryBuilder enableInsecureSerializers() {
    for (String name : BuiltIns.INSECURE) {
      if (!(byName.get(name) instanceof RefusedSerializer) && byName.containsKey(name)) {
        enable(name);
      }
    }
    return this;
  }

  /**
   * Keeps readers without an accept list from taking any registered type but these.
   *
   * @param allowed names or MIME types; kombu's default is {@code json} alone
   * @throws ConfigurationException as {@link #enable}
   */
  public SerializerRegistryBuilder disableInsecureSerializers(Collection<String> allowed) {
    byName.values().forEach(serializer -> disabled.add(serializer.contentType()));
    allowed.forEach(this::enable);
    return this;
  }

  /** Used for bodies other than text and bytes if the sender names none. Default: json. */
  public SerializerRegistryBuilder defaultSerializer(String name) {
    defaultSerializer = requireNonNull(name, "name");
    return this;
  }

  /**
   * Bounds what is read. A {@link JsonSerializer} registered by hand keeps the depth it was made
   * with.
   */
  public SerializerRegistryBuilder limits(ReadLimits limits) {
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

  Set<String> builtIn() {
    return Set.copyOf(builtIn);
  }

  Set<String> disabled() {
    return Set.copyOf(disabled);
  }

  String defaultSerializer() {
    return defaultSerializer;
  }

  ReadLimits limits() {
    return limits;
  }

  JsonSerializer json() {
    if (!builtIn.contains(JsonSerializer.NAME)) {
      return byName.get(JsonSerializer.NAME) instanceof JsonSerializer own
          ? own
          : JsonSerializer.standard();
    }
    return limits.equals(ReadLimits.defaults())
        ? JsonSerializer.standard()
        : JsonSerializer.builder().limits(limits).build();
  }

  Collection<Serializer> serializers(JsonSerializer json) {
    Map<String, Serializer> all = new LinkedHashMap<>(byName);
    Map<String, Serializer> ours = BuiltIns.with(limits, json);
    ours.keySet().retainAll(builtIn);
    all.putAll(ours);
    return all.values();
  }

  private @Nullable Serializer find(String nameOrType) {
    if (!nameOrType.contains("/") && !byName.containsKey(nameOrType)) {
      throw SerializerTable.unknown(nameOrType, byName.keySet());
    }
    return byName.values().stream()
        .filter(one -> one.name().equals(nameOrType) || one.contentType().equals(nameOrType))
        .findFirst()
        .orElse(null);
  }
}
