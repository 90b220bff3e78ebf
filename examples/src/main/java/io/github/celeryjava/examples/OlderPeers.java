package io.github.celeryjava.examples;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.kombu.serialization.JsonSerializer;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.time.Duration;
import java.time.LocalDate;

/** Sends a date to a worker of Celery 5.2, which knows dates as text only. */
public final class OlderPeers {

  private OlderPeers() {}

  /**
   * Needs a broker at localhost, or where CELERY_BROKER_URL says, and a worker with {@code
   * tasks.add}.
   */
  public static void main(String[] args) throws Exception {
    // tag::readme[]
    SerializerRegistry serializers =
        SerializerRegistry.builder().register(JsonSerializer.builder().legacy().build()).build();
    try (Celery app =
        Celery.builder()
            .broker("amqp://localhost")
            .backend("rpc://")
            .serializers(serializers)
            .build()) {
      LocalDate day = LocalDate.of(2030, 1, 2);
      System.out.println(app.send("tasks.add", "due on ", day).get(Duration.ofSeconds(10)));
    }
    // end::readme[]
  }
}
