package io.github.celeryjava.celery.worker;

import io.github.celeryjava.celery.internal.LogText;
import io.github.celeryjava.celery.protocol.IncomingTask;
import io.github.celeryjava.celery.protocol.TaskBody;
import io.github.celeryjava.celery.protocol.TaskHeaders;
import io.github.celeryjava.celery.protocol.TaskMessages;
import io.github.celeryjava.celery.task.TaskDefinition;
import io.github.celeryjava.celery.task.TaskRegistry;
import io.github.celeryjava.celery.worker.pool.TaskPool;
import io.github.celeryjava.kombu.Message;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
    Strategy create(HeldListener listener);
  }

  /** Hears of tasks held for their time, so that those do not use up the prefetch of others. */
  @FunctionalInterface
  interface HeldListener {

    /** {@code by} more tasks of {@code queue} are held than before; less, if it is negative. */
    void changed(String queue, int by);
  }

  private final TaskRegistry registry;
  private final TaskPool pool;
  private final LoopTimer timer;
  private final RequestContext worker;
  private final HeldListener listener;

  // Mutable state, loop thread only
  private final Set<LoopTimer.Entry> held = new HashSet<>();
  private boolean over;

  Strategy(
      TaskRegistry registry,
      TaskPool pool,
      LoopTimer timer,
      RequestContext worker,
      HeldListener listener) {
    this.registry = registry;
    this.pool = pool;
    this.timer = timer;
    this.worker = worker;
    this.listener = listener;
  }

  /** Takes one message; never throws for what is in it. */
  void received(Message message) {
    if (over) {
      return; // its connection is gone or about to be closed: the broker delivers it again
    }
    Received task = read(message);
    if (task != null) {
      receivedTask(message, task.headers, task.content);
    }
  }

  /** Drops what has not started: its connection is gone, or about to be closed. */
  void forgetAll() {
    over = true;
    dropReserved(Request::forget);
  }

  /** Gives back what has not started: nothing more is taken, but what runs is still waited for. */
  void giveBackAll() {
    dropReserved(Request::giveBack);
  }

  /** The pool keeps none of them: its slots may be busy for hours, and connections may be many. */
  private void dropReserved(Consumer<Request> end) {
    held.forEach(LoopTimer.Entry::cancel);
    held.clear();
    Set<Request> reserved = Set.copyOf(worker.state().reserved());
    reserved.forEach(end);
    pool.withdraw(reserved);
  }

  private record Received(TaskHeaders headers, Supplier<IncomingTask> content) {}

  private @Nullable Received read(Message message) {
    Object body = null;
    try {
      message.requireAccepted();
      if (TaskMessages.isVersion2(message.headers())) {
        TaskHeaders headers = TaskHeaders.read(message.headers());
        return new Received(headers, () -> complete(message, headers));
      }
      body = message.payload();
      IncomingTask task = TaskMessages.read(message.headers(), body);
      return new Received(task.headers(), () -> task);
    } catch (RuntimeException e) { // a serializer may be somebody else's
      worker.refusals().invalid(message, TaskMessages.claimedId(message.headers(), body), e);
      return null;
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
      log.info("Task {} received", LogText.task(headers.displayName(), headers.id()));
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
      // It stays reserved until everything that has not started goes back.
      log.debug(
          "Task {} is too late: the worker stops",
          LogText.task(request.task(), request.headers().id()));
    }
  }

  private void hold(Request request, Verdict.RunAt later) {
    String queue = request.message().queue();
    LoopTimer.Entry[] entry = new LoopTimer.Entry[1];
    entry[0] =
        timer.at(
            later.eta(),
            () -> {
              held.remove(entry[0]);
              listener.changed(queue, -1);
              decide(request); // again: it may have expired by now
            });
    held.add(entry[0]);
    listener.changed(queue, 1);
  }
}
