package io.github.celeryjava.kombu;

import static io.github.celeryjava.kombu.testing.Layer.layer;

import com.tngtech.archunit.core.domain.JavaClass;
import io.github.celeryjava.kombu.internal.Threads;
import io.github.celeryjava.kombu.patterns.DeadLetters;
import io.github.celeryjava.kombu.testing.Layer;
import io.github.celeryjava.kombu.testing.LayeringContract;
import io.github.celeryjava.kombu.transport.TransportProvider;
import java.util.List;
import java.util.Map;
import java.util.Set;

class LayeringTest extends LayeringContract {

  private static final String[] ABOVE_VIRTUAL = {
    "transport", "transport.virtual", "protocol", "entity", "exceptions", "internal"
  };

  private static final List<Layer> TABLE =
      List.of(
          layer("internal"),
          layer("exceptions"),
          layer("entity"),
          layer("transport", "entity", "exceptions", "internal"),
          layer("protocol", "transport", "entity", "exceptions", "internal").with("Jackson"),
          layer("serialization", "protocol", "exceptions", "internal")
              .with("Jackson", "MessagePack", "SnakeYAML"),
          layer("compression", "exceptions", "internal")
              .with("commons-compress", "xz", "zstd-jni", "brotli4j"),
          layer("transport.virtual", "transport", "protocol", "entity", "exceptions", "internal"),
          layer("transport.amqp", "transport", "entity", "exceptions", "internal")
              .with("amqp-client"),
          layer("transport.redis", ABOVE_VIRTUAL).with("Jedis"),
          layer("transport.memory", ABOVE_VIRTUAL),
          layer("transport.filesystem", ABOVE_VIRTUAL),
          layer("", "transport", "serialization", "compression", "entity", "exceptions", "internal")
              .with("commons-pool2"),
          layer(
              "pidbox",
              "",
              "protocol",
              "serialization",
              "transport",
              "entity",
              "exceptions",
              "internal"),
          layer("patterns", "", "protocol", "transport", "entity", "exceptions", "internal"),
          layer("observation", "", "transport", "exceptions"));

  private static final Map<String, List<String>> LIBRARIES =
      Map.ofEntries(
          Map.entry("Jackson", List.of("com.fasterxml..")),
          Map.entry("MessagePack", List.of("org.msgpack..")),
          Map.entry("SnakeYAML", List.of("org.yaml..")),
          Map.entry("commons-compress", List.of("org.apache.commons.compress..")),
          Map.entry("xz", List.of("org.tukaani..")),
          Map.entry("zstd-jni", List.of("com.github.luben..")),
          Map.entry("brotli4j", List.of("com.aayushatharva..")),
          Map.entry("amqp-client", List.of("com.rabbitmq..")),
          Map.entry("Jedis", List.of("redis.clients..")),
          Map.entry("commons-pool2", List.of("org.apache.commons.pool2..")));

  LayeringTest() {
    super("io.github.celeryjava.kombu");
  }

  @Override
  protected List<Layer> table() {
    return TABLE;
  }

  @Override
  protected Map<String, List<String>> libraries() {
    return LIBRARIES;
  }

  @Override
  protected List<String> internalPackages() {
    return List.of(
        "internal",
        "protocol",
        "transport.amqp",
        "transport.redis",
        "transport.memory",
        "transport.filesystem");
  }

  @Override
  protected Set<String> mappers() {
    return Set.of("JsonTypes", "JsonWriter", "JsonSerializer");
  }

  /** Besides builders, what nobody builds: providers, and a pattern with one setting, the clock. */
  @Override
  protected boolean suppliesClock(JavaClass type) {
    return type.getSimpleName().endsWith("Builder")
        || type.isAssignableTo(TransportProvider.class)
        || type.isAssignableTo(DeadLetters.class);
  }

  @Override
  protected boolean makesThreads(JavaClass type) {
    return type.isAssignableTo(Threads.class);
  }
}
