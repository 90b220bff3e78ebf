package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.internal.LogText;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Puts the running task into the logging context, under Celery's names. Stateless. */
final class TaskMdc {

  private static final String ID = "task_id";
  private static final String NAME = "task_name";

  private TaskMdc() {}

  /** Says which task the calling thread runs; null for none. */
  static void put(@Nullable TaskContext context) {
    if (context == null) {
      MDC.remove(ID);
      MDC.remove(NAME);
    } else {
      MDC.put(ID, LogText.shortened(context.id()));
      MDC.put(NAME, LogText.shortened(context.task()));
    }
  }
}
