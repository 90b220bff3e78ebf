package io.github.celeryjava.kombu.serialization;

import io.github.celeryjava.kombu.internal.OptionalLibrary;
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

  // Named here, since a class that stands on a library cannot even be looked at without it.
  private static final OptionalLibrary MSGPACK =
      new OptionalLibrary("org.msgpack:msgpack-core", "org.msgpack.core.MessagePack");

  private static final OptionalLibrary YAML =
      new OptionalLibrary("org.yaml:snakeyaml", "org.yaml.snakeyaml.parser.ParserImpl");

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
    byName.put(MsgpackSerializer.NAME, msgpack(limits, json));
    byName.put(YamlSerializer.NAME, yaml(limits, json));
    return byName;
  }

  private static Serializer msgpack(ReadLimits limits, JsonSerializer json) {
    return MSGPACK.isPresent()
        ? new MsgpackSerializer(limits, json)
        : RefusedSerializer.missing(MsgpackSerializer.NAME, MsgpackSerializer.TYPE, MSGPACK);
  }

  private static Serializer yaml(ReadLimits limits, JsonSerializer json) {
    return YAML.isPresent()
        ? new YamlSerializer(limits, json)
        : RefusedSerializer.missing(YamlSerializer.NAME, YamlSerializer.TYPE, YAML);
  }
}
