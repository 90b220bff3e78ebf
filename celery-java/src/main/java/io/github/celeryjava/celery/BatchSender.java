package io.github.celeryjava.celery;

import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.protocol.TaskCall;
import io.github.celeryjava.celery.routing.Route;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.OutgoingMessage;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.PublishReport;
import io.github.celeryjava.kombu.exceptions.KombuException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Sends calls without waiting for each: in batches, or for a future. Interceptors stand around the
 * making of each message, since nobody waits there for its confirm. Thread-safe.
 */
final class BatchSender {

  private final TaskPublisher publisher;
  private final Supplier<Producer> producer;
  private final Supplier<Connection> connection;

  BatchSender(
      TaskPublisher publisher, Supplier<Producer> producer, Supplier<Connection> connection) {
    this.publisher = publisher;
    this.producer = producer;
    this.connection = connection;
  }

  CompletableFuture<String> sendAsync(TaskSignature signature) {
    try {
      Prepared prepared = prepare(signature);
      Amqp.OutgoingTask task = prepared.task();
      return producer
          .get()
          .publishAsync(task.route().destination(), task.message(), task.options())
          .thenApply(nothing -> prepared.id());
    } catch (KombuException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  List<String> sendAll(Iterable<TaskSignature> signatures) {
    List<String> ids = new ArrayList<>();
    Set<Route> declared = new HashSet<>();
    Iterator<TaskSignature> source = signatures.iterator();
    Iterable<OutgoingMessage> messages =
        () ->
            new Iterator<>() {
              @Override
              public boolean hasNext() {
                return source.hasNext();
              }

              @Override
              public OutgoingMessage next() {
                return message(source.next(), ids, declared);
              }
            };
    PublishReport report = producer.get().publishMessages(messages, PublishOptions.defaults());
    if (!report.allConfirmed()) {
      throw SendAllException.of(ids, report.failures());
    }
    return ids;
  }

  private OutgoingMessage message(TaskSignature signature, List<String> ids, Set<Route> declared) {
    Prepared prepared = prepare(signature);
    Route route = prepared.task().route();
    if (route.queue() != null && declared.add(route)) {
      String unused = connection.get().declare(route.queue());
    }
    ids.add(prepared.id());
    return new OutgoingMessage(route.destination(), prepared.task().message());
  }

  private record Prepared(String id, Amqp.OutgoingTask task) {}

  private Prepared prepare(TaskSignature signature) {
    Amqp.OutgoingTask[] task = new Amqp.OutgoingTask[1];
    String id =
        publisher.intercepted(
            signature,
            changed -> {
              TaskCall call = publisher.complete(changed);
              task[0] = publisher.prepare(call, changed.options());
              publisher.sent(call.id());
              return call.id();
            });
    Amqp.OutgoingTask prepared = task[0];
    if (prepared == null) {
      throw new IllegalStateException("an interceptor did not pass the call on: " + signature);
    }
    return new Prepared(id, prepared);
  }
}
