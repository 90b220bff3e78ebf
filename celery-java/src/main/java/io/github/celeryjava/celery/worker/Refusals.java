package io.github.celeryjava.celery.worker;

import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.exceptions.NotRegisteredException;
import io.github.celeryjava.celery.exceptions.TaskRevokedException;
import io.github.celeryjava.celery.protocol.RemoteException;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.protocol.TaskHeaders;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.ResultTarget;
import io.github.celeryjava.celery.result.TaskState;
import io.github.celeryjava.kombu.Message;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the messages that will not run: says why in the log, tells whoever waits for a result, then
 * settles. Any thread may call; storing and settling happen on the side thread, so that a slow
 * store holds up neither the loop nor other tasks, and in this order, so that a crash in between
 * only repeats it.
 */
final class Refusals {

  private static final Logger log = LoggerFactory.getLogger(Refusals.class);

  private final ResultBackend backend;
  private final Executor side;
  private final WorkerState state;
  private final Clock clock;

  Refusals(ResultBackend backend, Executor side, WorkerState state, Clock clock) {
    this.backend = backend;
    this.side = side;
    this.state = state;
    this.clock = clock;
  }

  /** A message that is no task, or has a content type that is not accepted. */
  void invalid(Message message, RuntimeException problem) {
    state.countPoisonous();
    log.error(
        "Rejected a message that is no valid task: {}. {}", problem.getMessage(), message.dump());
    later(message::reject);
  }

  /** A task that nobody has registered here. */
  void unknown(TaskHeaders headers, Message message, Collection<String> known) {
    state.countPoisonous();
    NotRegisteredException error = new NotRegisteredException(headers.task(), known);
    log.error(
        "Rejected task {}[{}]: {} {}",
        headers.task(),
        headers.id(),
        error.getMessage(),
        message.dump());
    later(
        () -> {
          store(headers, message, TaskState.FAILURE, error);
          message.reject();
        });
  }

  /** A task whose arguments cannot be read. */
  void undecodable(TaskHeaders headers, Message message, RuntimeException problem) {
    state.countPoisonous();
    log.error(
        "Rejected task {}[{}], its body cannot be read: {}. {}",
        headers.task(),
        headers.id(),
        problem.getMessage(),
        message.dump());
    later(
        () -> {
          store(headers, message, TaskState.FAILURE, problem);
          message.reject();
        });
  }

  /** A task that is not to run any more. */
  void revoked(TaskHeaders headers, Message message, Verdict.Reason reason) {
    later(
        () -> {
          store(
              headers,
              message,
              TaskState.REVOKED,
              new TaskRevokedException(headers.id(), reason.text()));
          message.ack();
        });
  }

  private void later(Runnable action) {
    try {
      side.execute(action);
    } catch (RejectedExecutionException e) {
      log.debug("A message goes back unsettled: the worker stops");
    }
  }

  private void store(TaskHeaders headers, Message message, String reached, Throwable error) {
    if (Boolean.TRUE.equals(headers.ignoreResult())) {
      return;
    }
    ResultMeta meta =
        new ResultMeta(
            headers.id(),
            reached,
            RemoteException.of(error).toMap(),
            null,
            List.of(),
            clock.instant(),
            headers.group(),
            headers.parentId(),
            null);
    try {
      backend.store(
          meta,
          new ResultTarget(message.properties().replyTo(), message.properties().correlationId()));
    } catch (BackendException e) {
      log.error(
          "State {} of task {} could not be stored: {}", reached, headers.id(), e.getMessage());
    }
  }
}
