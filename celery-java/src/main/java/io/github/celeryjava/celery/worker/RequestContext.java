package io.github.celeryjava.celery.worker;

import io.github.celeryjava.celery.task.TaskTracer;
import java.time.Clock;
import java.util.function.BooleanSupplier;

/**
 * What every {@link Request} of one worker works with.
 *
 * @param interrupting whether the worker interrupts its tasks in order to stop
 */
record RequestContext(
    String hostname,
    Clock clock,
    WorkerState state,
    TaskTracer tracer,
    Refusals refusals,
    BooleanSupplier interrupting) {}
