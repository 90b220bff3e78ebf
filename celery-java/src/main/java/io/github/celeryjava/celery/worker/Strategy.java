package io.github.celeryjava.celery.worker;

import io.github.celeryjava.celery.exceptions.InvalidTaskException;
import io.github.celeryjava.celery.protocol.IncomingTask;
import io.github.celeryjava.celery.protocol.TaskBody;
import io.github.celeryjava.celery.protocol.TaskHeaders;
import io.github.celeryjava.celery.protocol.TaskMessages;
import io.github.celeryjava.celery.task.TaskDefinition;
import io.github.celeryjava.celery.task.TaskRegistry;
import io.github.celeryjava.celery.worker.pool.TaskPool;
import io.github.celeryjava.kombu.Message;
import io.github.celeryjava.kombu.exceptions.SerializationException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What to do with a message that has just arrived: run it, hold it for its time, or refuse it. One
 * a connection, so that what it holds dies with the connection. Loop thread only.
 *
 * <p>Counterpart of {@code celery.worker.strategy} and of {@code Consumer.on_task_received}.
 */
final class Strategy {

  private static final Logger log = LoggerFactory.getLogger(Strategy.class);

  /** Makes the strategy of one connection. */
  @FunctionalInterface
  interface Factory {
    Strategy create(IntConsumer heldChanged);
  }

  private final TaskRegistry registry;
  private final TaskPool pool;
  private final LoopTimer timer;
  private final RequestContext worker;
  private final IntConsumer heldChanged;

  // Mutable state, loop thread only
  private final Set<LoopTimer.Entry> held = new HashSet<>();

  /**
   * @param heldChanged told how many tasks are held for their time, so that those do not use up the
   *     prefetch of the others
   */
  Strategy(
      TaskRegistry registry,
      TaskPool pool,
      LoopTimer timer,
      RequestContext worker,
      IntConsumer heldChanged) {
    this.registry = registry;
    this.pool = pool;
    this.timer = timer;
    this.worker = worker;
    this.heldChanged = heldChanged;
  }

  /** Takes one message; never throws for what is in it. */
  void received(Message message) {
    try {
      message.requireAccepted();
      if (TaskMessages.isVersion2(message.headers())) {
        TaskHeaders headers = TaskHeaders.read(message.headers());
        receivedTask(message, headers, () -> complete(message, headers));
      } else {
        IncomingTask task = TaskMessages.read(message.headers(), message.payload());
        receivedTask(message, task.headers(), () -> task);
      }
    } catch (SerializationException | InvalidTaskException e) {
      worker.refusals().invalid(message, e);
    }
  }

  /** Drops what has not started: its connection is gone, or about to be closed. */
  void forgetAll() {
    held.forEach(LoopTimer.Entry::cancel);
    held.clear();
    for (Request request : worker.state().reserved()) {
      request.forget();
    }
  }

  private void receivedTask(Message message, TaskHeaders headers, Supplier<IncomingTask> content) {
    TaskDefinition definition = registry.find(headers.task());
    if (definition == null) {
      worker.refusals().unknown(headers, message, registry.names());
      return;
    }
    Request request = new Request(message, definition, headers, content, worker);
    worker.state().reserve(request);
    if (log.isInfoEnabled()) {
      log.info("Task {}[{}] received", headers.displayName(), headers.id());
    }
    decide(request);
  }

  /** Decodes the body; a map under version 2 headers is a message for both versions at once. */
  private static IncomingTask complete(Message message, TaskHeaders headers) {
    Object body = message.payload();
    return body instanceof Map<?, ?>
        ? TaskMessages.read(message.headers(), body)
        : new IncomingTask(TaskMessages.Version.V2, headers, TaskBody.read(body));
  }

  private void decide(Request request) {
    Verdict verdict = Verdict.on(request.headers(), worker.clock().instant());
    if (verdict instanceof Verdict.Discard discard) {
      request.discard(discard.reason());
    } else if (verdict instanceof Verdict.RunAt later) {
      hold(request, later);
    } else {
      submit(request);
    }
  }

  private void submit(Request request) {
    try {
      pool.submit(request);
    } catch (RejectedExecutionException e) {
      log.debug("Task {}[{}] goes back: the worker stops", request.task(), request.headers().id());
      request.forget();
    }
  }

  private void hold(Request request, Verdict.RunAt later) {
    LoopTimer.Entry[] entry = new LoopTimer.Entry[1];
    entry[0] =
        timer.at(
            later.eta(),
            () -> {
              held.remove(entry[0]);
              heldChanged.accept(held.size());
              decide(request); // again: it may have expired by now
            });
    held.add(entry[0]);
    heldChanged.accept(held.size());
  }
}
