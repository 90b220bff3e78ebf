package io.github.celeryjava.celery.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdsTest {

  private final Ids ids = new Ids();

  @Test
  void makesRandomUuids() {
    for (int i = 0; i < 1000; i++) {
      String id = ids.next();

      UUID uuid = UUID.fromString(id);
      assertThat(uuid).hasToString(id);
      assertThat(uuid.version()).isEqualTo(4);
      assertThat(uuid.variant()).isEqualTo(2);
    }
  }

  @Test
  void makesNoIdTwiceForManyThreads() {
    Set<String> made = ConcurrentHashMap.newKeySet();

    IntStream.range(0, 100_000).parallel().forEach(i -> made.add(ids.next()));

    assertThat(made).hasSize(100_000);
  }
}
