package io.github.celeryjava.kombu.serialization;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.internal.NearestName;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Serializers by name and by content type, and which types are disabled. Immutable. */
final class SerializerTable {

  private final Map<String, Serializer> byName;
  private final Map<String, Serializer> byType = new HashMap<>();
  private final Set<String> disabled;

  SerializerTable(Collection<Serializer> serializers, Set<String> disabled) {
    byName = new LinkedHashMap<>();
    for (Serializer serializer : serializers) {
      byName.put(serializer.name(), serializer);
      byType.put(serializer.contentType(), serializer);
    }
    this.disabled = Set.copyOf(disabled);
  }

  Collection<Serializer> serializers() {
    return byName.values();
  }

  Set<String> disabled() {
    return disabled;
  }

  @Nullable Serializer ofType(String contentType) {
    return byType.get(contentType);
  }

  /**
   * @throws ConfigurationException if there is no serializer of that name
   */
  Serializer named(String name) {
    Serializer serializer = byName.get(name);
    if (serializer != null) {
      return serializer;
    }
    throw unknown(name, byName.keySet());
  }

  static ConfigurationException unknown(String name, Set<String> known) {
    String remedy =
        NearestName.of(name, known)
            .map(nearest -> "did you mean " + nearest + "?")
            .orElse("known are " + new TreeSet<>(known));
    return new ConfigurationException("no serializer is called " + name + "; " + remedy);
  }

  /**
   * The MIME type of a serializer; a MIME type is returned as it is.
   *
   * @throws ConfigurationException if a name is not registered, or if the format is refused
   */
  String contentType(String nameOrType) {
    boolean isType = nameOrType.contains("/");
    Serializer serializer = isType ? byType.get(nameOrType) : named(nameOrType);
    if (serializer instanceof RefusedSerializer refused) {
      throw refused.refusal();
    }
    return serializer == null ? nameOrType : serializer.contentType();
  }

  AcceptList accept(@Nullable Collection<String> namesOrTypes) {
    if (namesOrTypes == null) {
      return AcceptList.allBut(disabled);
    }
    Set<String> types = new HashSet<>();
    for (String nameOrType : namesOrTypes) {
      types.add(contentType(nameOrType));
    }
    return AcceptList.only(types);
  }
}
