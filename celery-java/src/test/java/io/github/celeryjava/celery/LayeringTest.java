package io.github.celeryjava.celery;

import static io.github.celeryjava.kombu.testing.Layer.layer;

import com.tngtech.archunit.core.domain.JavaClass;
import io.github.celeryjava.kombu.testing.Layer;
import io.github.celeryjava.kombu.testing.LayeringContract;
import java.util.List;
import java.util.Map;
import java.util.Set;

class LayeringTest extends LayeringContract {

  private static final List<Layer> TABLE =
      List.of(
          layer("internal"),
          layer("exceptions"),
          layer("protocol", "exceptions", "internal"),
          layer("config", "exceptions", "internal"),
          layer("result", "protocol", "config", "exceptions", "internal"),
          layer("backend", "result", "protocol", "config", "exceptions", "internal"),
          layer(
                  "backend.redis",
                  "backend",
                  "result",
                  "protocol",
                  "config",
                  "exceptions",
                  "internal")
              .andOfKombu("transport.redis.RedisClients")
              .with("Jedis"),
          layer("canvas", "result", "protocol", "exceptions", "internal"),
          layer("routing", "canvas", "config", "exceptions", "internal"),
          layer("task", "canvas", "result", "protocol", "config", "exceptions", "internal")
              .with("Jackson"),
          layer(
              "",
              "task",
              "canvas",
              "result",
              "protocol",
              "config",
              "routing",
              "exceptions",
              "internal"),
          layer("worker.pool", "exceptions", "internal"),
          layer(
              "worker",
              "",
              "worker.pool",
              "task",
              "canvas",
              "result",
              "protocol",
              "config",
              "routing",
              "exceptions",
              "internal"),
          layer(
                  "cli",
                  "",
                  "worker",
                  "worker.pool",
                  "task",
                  "canvas",
                  "result",
                  "protocol",
                  "config",
                  "routing",
                  "exceptions",
                  "internal")
              .with("picocli", "Logback"));

  LayeringTest() {
    super("io.github.celeryjava.celery");
  }

  @Override
  protected List<Layer> table() {
    return TABLE;
  }

  @Override
  protected Map<String, List<String>> libraries() {
    return Map.of(
        "Jackson", List.of("com.fasterxml.."),
        "Jedis", List.of("redis.clients.."),
        "picocli", List.of("picocli.."),
        "Logback", List.of("ch.qos.logback.."));
  }

  @Override
  protected List<String> internalPackages() {
    return List.of("internal", "backend", "backend.redis", "cli");
  }

  @Override
  protected List<String> kombuPackages() {
    return List.of("", "entity", "exceptions", "serialization", "compression", "transport");
  }

  @Override
  protected List<String> kombuClasses() {
    return List.of("internal.Internal", "internal.NearestName", "internal.Threads");
  }

  /** What needs JSON asks kombu's serializers. */
  @Override
  protected Set<String> mappers() {
    return Set.of();
  }

  @Override
  protected boolean suppliesClock(JavaClass type) {
    return type.getSimpleName().equals("CeleryBuilder");
  }
}
