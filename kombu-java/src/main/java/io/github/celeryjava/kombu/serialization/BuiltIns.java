package io.github.celeryjava.kombu.serialization;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The serializers that come with this library. A format whose library is missing is there as well,
 * to say so. Stateless and thread-safe.
 */
final class BuiltIns {

  /** What readers without an accept list do not take, as in kombu. */
  static final Set<String> INSECURE = Set.of(MsgpackSerializer.NAME, YamlSerializer.NAME);

  private BuiltIns() {}

  /**
   * By name.
   *
   * @param json serves records and classes in the other formats
   */
  static Map<String, Serializer> with(ReadLimits limits, JsonSerializer json) {
    Map<String, Serializer> byName = new LinkedHashMap<>();
    byName.put(JsonSerializer.NAME, json);
    byName.put(RefusedSerializer.PICKLE.name(), RefusedSerializer.PICKLE);
    byName.put(
        MsgpackSerializer.NAME,
        MsgpackSerializer.LIBRARY.isPresent()
            ? new MsgpackSerializer(limits, json)
            : RefusedSerializer.missing(
                MsgpackSerializer.NAME, MsgpackSerializer.TYPE, MsgpackSerializer.LIBRARY));
    byName.put(
        YamlSerializer.NAME,
        YamlSerializer.LIBRARY.isPresent()
            ? new YamlSerializer(limits, json)
            : RefusedSerializer.missing(
                YamlSerializer.NAME, YamlSerializer.TYPE, YamlSerializer.LIBRARY));
    return byName;
  }
}
