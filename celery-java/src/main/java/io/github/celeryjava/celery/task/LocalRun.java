package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.exceptions.RetryException;
import io.github.celeryjava.celery.protocol.TaskBody;
import io.github.celeryjava.celery.protocol.TaskHeaders;
import io.github.celeryjava.celery.protocol.TaskLinks;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task's code without a message, as calling a Python task does. Stateless and thread-safe.
 *
 * <p>Source: {@code Task.__call__} in {@code celery/app/task.py}.
 */
final class LocalRun {

  private static final DeliveryInfo NOT_DELIVERED = new DeliveryInfo("", "", 0, false);

  private LocalRun() {}

  static @Nullable Object of(
      TaskDefinition task,
      List<? extends @Nullable Object> args,
      Map<String, ? extends @Nullable Object> kwargs)
      throws Exception {
    List<@Nullable Object> given = Collections.unmodifiableList(args);
    Map<String, @Nullable Object> named = Collections.unmodifiableMap(kwargs);
    TaskRequest request =
        new TaskRequest(
            TaskHeaders.of(task.name(), UUID.randomUUID().toString()),
            new TaskBody(given, named, TaskLinks.NONE),
            null,
            null,
            NOT_DELIVERED,
            "");
    TaskContext context = new TaskContext(request, task.options(), (self, state, meta) -> {});
    try {
      return Settled.value(task.handler().run(context, given, named));
    } catch (RetryException e) {
      if (e.getCause() instanceof Exception reason) {
        throw reason;
      }
      throw e;
    }
  }
}
