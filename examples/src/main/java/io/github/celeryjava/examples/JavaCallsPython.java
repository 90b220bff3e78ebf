package io.github.celeryjava.examples;

import io.github.celeryjava.celery.Celery;
import io.github.celeryjava.celery.result.AsyncResult;
import java.time.Duration;

/** Sends a task to whatever worker knows it by this name, in Python or Java. */
public final class JavaCallsPython {

  private JavaCallsPython() {}

  /** Needs a broker at localhost, or where CELERY_BROKER_URL says, and a worker with the task. */
  public static void main(String[] args) throws Exception {
    // tag::readme[]
    try (Celery app = Celery.builder().broker("amqp://localhost").backend("rpc://").build()) {
      AsyncResult<Object> sum = app.send("tasks.add", 2, 3);
      System.out.println(sum.get(Duration.ofSeconds(10)));
    }
    // end::readme[]
  }
}
