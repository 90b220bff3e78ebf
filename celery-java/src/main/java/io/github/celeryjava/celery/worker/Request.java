package io.github.celeryjava.celery.worker;

import io.github.celeryjava.celery.internal.LogText;
import io.github.celeryjava.celery.protocol.IncomingTask;
import io.github.celeryjava.celery.protocol.TaskHeaders;
import io.github.celeryjava.celery.task.DeliveryInfo;
import io.github.celeryjava.celery.task.Outcome;
import io.github.celeryjava.celery.task.TaskDefinition;
import io.github.celeryjava.celery.task.TaskRequest;
import io.github.celeryjava.kombu.Message;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One reserved task: its message, whether it may still start, and the one place that settles it.
 * Thread-safe: {@link #run} is called by a pool thread, {@link #forget}, {@link #giveBack} and
 * {@link #discard} by the loop; one compare-and-set decides which of them it is. Any thread may
 * {@link #interrupt} what runs.
 *
 * <p>Counterpart of {@code celery.worker.request.Request}.
 */
final class Request implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(Request.class);

  private enum State {
    /** May be started, discarded or forgotten. */
    RESERVED,
    /** Runs, or has run. */
    STARTED,
    /** Will never run here. */
    OVER
  }

  private final Message message;
  private final TaskDefinition definition;
  private final TaskHeaders headers;
  private final Supplier<IncomingTask> content;
  private final RequestContext worker;

  // Mutable state
  private final AtomicReference<State> state = new AtomicReference<>(State.RESERVED);
  private @Nullable Thread runner; // guarded by this
  private volatile boolean interrupted;

  Request(
      Message message,
      TaskDefinition definition,
      TaskHeaders headers,
      Supplier<IncomingTask> content,
      RequestContext worker) {
    this.message = message;
    this.definition = definition;
    this.headers = headers;
    this.content = content;
    this.worker = worker;
  }

  String task() {
    return definition.name();
  }

  TaskHeaders headers() {
    return headers;
  }

  Message message() {
    return message;
  }

  /**
   * Runs the task on the calling thread, unless it is too late for that. Never throws; whatever
   * goes wrong, the message of a task that has started is settled.
   */
  @Override
  public void run() {
    Instant expires = headers.expires();
    if (expires != null && worker.clock().instant().isAfter(expires)) {
      discard(Verdict.Reason.EXPIRED);
      return;
    }
    if (!state.compareAndSet(State.RESERVED, State.STARTED)) {
      return;
    }
    try {
      runStarted();
    } catch (Throwable e) { // of the user's task, or of a part that breaks its contract
      worker.refusals().broken(headers, definition.options(), message, e);
    } finally {
      worker.state().release(this);
      // An interrupt is for the task alone; the next one on this thread must not see it.
      Thread.interrupted();
    }
  }

  /** Ends the request without running it; whoever waits for the result is told. Never throws. */
  void discard(Verdict.Reason reason) {
    if (state.compareAndSet(State.RESERVED, State.OVER)) {
      log.info("Discarding {} task: {}", reason.text(), LogText.task(task(), headers.id()));
      worker.state().release(this);
      worker.refusals().revoked(headers, definition.options(), message, reason);
    }
  }

  /**
   * Ends the request because its connection is gone: the broker will deliver it again, here or
   * elsewhere. A task that has started goes on.
   */
  void forget() {
    if (state.compareAndSet(State.RESERVED, State.OVER)) {
      worker.state().release(this);
    }
  }

  /** Ends the request because the worker stops: the broker is to give it to another one at once. */
  void giveBack() {
    if (state.compareAndSet(State.RESERVED, State.OVER)) {
      worker.state().release(this);
      message.requeue();
    }
  }

  /** Interrupts the task if it runs, and only it: its thread may serve another one soon. */
  synchronized void interrupt() {
    if (runner != null) {
      interrupted = true;
      runner.interrupt();
    }
  }

  /** Leaves a task that does not end to itself; whoever waits for it is told. Never throws. */
  void abandon() {
    if (!definition.options().acksLate()) {
      worker.refusals().abandoned(headers, definition.options(), message);
    }
  }

  private void runStarted() {
    IncomingTask decoded;
    try {
      decoded = content.get();
    } catch (RuntimeException e) { // a serializer may be somebody else's
      worker.refusals().undecodable(headers, definition.options(), message, e);
      return;
    }
    boolean late = definition.options().acksLate();
    if (!late) {
      message.ack();
    }
    worker.state().accept(this);
    Outcome outcome = traced(request(decoded));
    if (late) {
      settle(outcome);
    }
  }

  private Outcome traced(TaskRequest request) {
    runs(Thread.currentThread());
    try {
      return worker.tracer().trace(definition, request, this::isInterrupted);
    } finally {
      runs(null);
    }
  }

  private synchronized void runs(@Nullable Thread thread) {
    runner = thread;
  }

  private boolean isInterrupted() {
    return interrupted || worker.interrupting().getAsBoolean();
  }

  private TaskRequest request(IncomingTask decoded) {
    Integer priority = message.properties().priority();
    return new TaskRequest(
        decoded.headers(),
        decoded.body(),
        message.properties().correlationId(),
        message.properties().replyTo(),
        new DeliveryInfo(
            message.exchange(),
            message.routingKey(),
            priority == null ? 0 : priority,
            message.redelivered()),
        worker.hostname());
  }

  private void settle(Outcome outcome) {
    boolean again =
        outcome instanceof Outcome.Cancelled
            || (outcome instanceof Outcome.Rejected rejected && rejected.requeue());
    if (again) {
      message.requeue();
    } else if (outcome instanceof Outcome.Rejected
        || (outcome instanceof Outcome.Failed && !definition.options().acksOnFailure())) {
      message.reject();
    } else {
      message.ack();
    }
  }
}
