package io.github.celeryjava.celery.worker;

import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import io.github.celeryjava.celery.exceptions.NotRegisteredException;
import io.github.celeryjava.celery.exceptions.RetryException;
import io.github.celeryjava.celery.exceptions.TaskArgumentsException;
import io.github.celeryjava.celery.exceptions.TaskRevokedException;
import io.github.celeryjava.celery.internal.LogText;
import io.github.celeryjava.celery.protocol.RemoteException;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.protocol.TaskBody;
import io.github.celeryjava.celery.protocol.TaskHeaders;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.ResultTarget;
import io.github.celeryjava.celery.result.TaskState;
import io.github.celeryjava.celery.task.TaskOptions;
import io.github.celeryjava.kombu.Message;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the messages that will not run, or not to their end: says why in one line of the log, tells
 * whoever waits for a result, then settles, once. Any thread may call; nothing waits.
 *
 * <p>A result is stored on a thread of its own, so that a slow store holds up neither the loop nor
 * connecting nor other tasks, and before the message is settled, so that a crash in between only
 * repeats it. Whatever the store does, the message is settled in the end.
 */
final class Refusals {

  private static final Logger log = LoggerFactory.getLogger(Refusals.class);

  private final ResultBackend backend;
  private final BoundedCalls stores;
  private final WorkerState state;
  private final Clock clock;

  Refusals(ResultBackend backend, BoundedCalls stores, WorkerState state, Clock clock) {
    this.backend = backend;
    this.stores = stores;
    this.state = state;
    this.clock = clock;
  }

  /**
   * A message that is no task, or has a content type that is not accepted.
   *
   * @param id the id that it claims to have, null if it claims none
   */
  void invalid(Message message, @Nullable String id, RuntimeException problem) {
    state.countPoisonous();
    String named = id == null ? "" : " [" + LogText.shortened(id) + "]";
    error("Rejected a message that is no valid task" + named, problem, message);
    message.reject();
  }

  /** A task that nobody has registered here. */
  void unknown(TaskHeaders headers, Message message, Collection<String> known) {
    state.countPoisonous();
    NotRegisteredException problem = new NotRegisteredException(headers.task(), known);
    error("Rejected task " + name(headers), problem, message);
    boolean wanted = !Boolean.TRUE.equals(headers.ignoreResult());
    end(headers, message, wanted, TaskState.FAILURE, problem, message::reject);
  }

  /** A task whose body cannot be read. */
  void undecodable(
      TaskHeaders headers, TaskOptions options, Message message, RuntimeException problem) {
    state.countPoisonous();
    error("Rejected task " + name(headers) + ", its body cannot be read", problem, message);
    Throwable told = isAboutArguments(problem) ? wrongArguments(problem) : problem;
    boolean wanted = isWanted(headers, options);
    end(headers, message, wanted, TaskState.FAILURE, told, message::reject);
  }

  /** A task that neither worked nor failed, since something broke that must not break. */
  void broken(TaskHeaders headers, TaskOptions options, Message message, Throwable problem) {
    log.error("Task {} could not be brought to an end", name(headers), problem);
    boolean wanted = isWanted(headers, options);
    end(
        headers,
        message,
        wanted,
        TaskState.FAILURE,
        problem,
        () -> {
          if (!message.isSettled()) {
            message.reject();
          }
        });
  }

  /** A task that is not to run any more. */
  void revoked(TaskHeaders headers, TaskOptions options, Message message, Verdict.Reason reason) {
    Throwable told = new TaskRevokedException(headers.id(), reason.text());
    boolean wanted = isWanted(headers, options);
    end(headers, message, wanted, TaskState.REVOKED, told, message::ack);
  }

  /** A task that runs on while its worker ends, and whose message is settled: nobody repeats it. */
  void abandoned(TaskHeaders headers, TaskOptions options, Message message) {
    log.error("Task {} is left: it took no notice of being interrupted", name(headers));
    boolean wanted = !isIgnored(headers, options);
    end(headers, message, wanted, TaskState.RETRY, RetryException.cancelled(), () -> {});
  }

  private void end(
      TaskHeaders headers,
      Message message,
      boolean wanted,
      String reached,
      Throwable told,
      Runnable settle) {
    if (!wanted) {
      settle.run();
      return;
    }
    var unused =
        stores
            .run(() -> store(headers, message, reached, told))
            .whenComplete(
                (nothing, error) -> {
                  if (error instanceof RejectedExecutionException) {
                    log.debug("A message goes back unsettled: the worker stops");
                    return;
                  }
                  if (error != null) {
                    log.error(
                        "State {} of task {} could not be stored: {}",
                        reached,
                        name(headers),
                        LogText.reason(error));
                  }
                  settle.run();
                });
  }

  private void store(TaskHeaders headers, Message message, String reached, Throwable told) {
    backend.store(
        new ResultMeta(
            headers.id(),
            reached,
            RemoteException.of(told).toMap(),
            null,
            List.of(),
            TaskState.isReady(reached) ? clock.instant() : null,
            headers.group(),
            headers.parentId(),
            null),
        new ResultTarget(message.properties().replyTo(), message.properties().correlationId()));
  }

  /** As for a task that fails; the message's word wins over the task's. */
  private static boolean isWanted(TaskHeaders headers, TaskOptions options) {
    return !isIgnored(headers, options) || options.storeErrorsEvenIfIgnored();
  }

  private static boolean isIgnored(TaskHeaders headers, TaskOptions options) {
    Boolean ignored = headers.ignoreResult();
    return ignored == null ? options.ignoreResult() : ignored;
  }

  /** Python finds out about these when it calls the task. */
  private static boolean isAboutArguments(RuntimeException problem) {
    return problem instanceof InvalidTaskException invalid
        && TaskBody.ARGUMENTS.contains(invalid.where());
  }

  private static TaskArgumentsException wrongArguments(RuntimeException problem) {
    return new TaskArgumentsException(String.valueOf(problem.getMessage()), problem);
  }

  private static String name(TaskHeaders headers) {
    return LogText.task(headers.task(), headers.id());
  }

  private static void error(String what, Throwable problem, Message message) {
    log.error("{}: {}. {}", what, LogText.reason(problem), LogText.oneLine(message.dump()));
  }
}
