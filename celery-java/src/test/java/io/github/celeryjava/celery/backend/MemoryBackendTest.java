package io.github.celeryjava.celery.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.celery.result.ResultBackend;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryBackendTest extends ResultBackendContract {

  private final String url = "memory://" + id();

  @Override
  protected ResultBackend open() {
    return Backends.open(url, Map.of());
  }

  @Test
  void backendsOfOneNameShareTheirResultsAndOthersDoNot() {
    String id = id();
    success(id, 5);

    try (ResultBackend other = Backends.open("memory://" + id(), Map.of())) {
      assertThat(other.fetch(id)).isEmpty();
    }
    assertThat(client.fetch(id)).isPresent();
  }

  @Test
  void resultsGoWithTheLastBackendOfTheirName() {
    String id = id();
    success(id, 5);

    client.close();
    worker.close();
    client = open();

    assertThat(client.fetch(id)).isEmpty();
  }
}
