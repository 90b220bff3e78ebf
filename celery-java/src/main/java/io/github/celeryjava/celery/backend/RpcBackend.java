package io.github.celeryjava.celery.backend;

import io.github.celeryjava.celery.config.Settings;
import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.internal.UninterruptedWait;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.ResultBackendContext;
import io.github.celeryjava.celery.result.ResultTarget;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.Producer;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.RetryPolicy;
import io.github.celeryjava.kombu.entity.DeliveryMode;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.PublishTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sends each result to the queue that its caller named, through the broker. Only the process that
 * sent the task can get it: what others ask for stays {@code PENDING}. Thread-safe. Storing waits
 * for the broker's confirm, for at most 20 s, as long as Celery's 20 attempts; nothing else waits.
 *
 * <p>Results are lost in a restart of the broker unless {@code result_persistent} is set, as in
 * Celery. A result whose caller is gone is dropped by the broker.
 *
 * <p>Counterpart of {@code celery.backends.rpc.RPCBackend}.
 */
final class RpcBackend implements ResultBackend {

  private static final Duration STORE_TIMEOUT = Duration.ofSeconds(20);

  /** A producer and the connection that it alone uses. */
  private record Sending(Connection connection, Producer producer) {

    void close() {
      producer.close();
      connection.close();
    }
  }

  private final ResultBackendContext context;
  private final ResultCodec codec;
  private final DeliveryMode deliveryMode;
  private final ReplyQueue replies;
  private final ReentrantLock lock = new ReentrantLock();

  // Mutable state
  private volatile @Nullable Sending sending; // written under lock
  private boolean closed; // guarded by lock

  RpcBackend(ResultBackendContext context) {
    this.context = context;
    codec = new ResultCodec(context);
    deliveryMode =
        Boolean.TRUE.equals(context.config().get(Settings.RESULT_PERSISTENT))
            ? DeliveryMode.PERSISTENT
            : DeliveryMode.TRANSIENT;
    replies = new ReplyQueue(context, codec);
  }

  @Override
  public String description() {
    return "rpc://";
  }

  @Override
  public CompletableFuture<String> receiving() {
    return replies.receiving();
  }

  @Override
  public String replyTo(Duration timeout) {
    CompletableFuture<String> receiving = replies.receiving();
    if (!receiving.isDone() && !new UninterruptedWait(context.nanos()).isDone(receiving, timeout)) {
      throw new PublishTimeoutException(
          "the queue for the answer was not there within "
              + timeout
              + trouble().map(why -> "; " + why).orElse(""),
          null);
    }
    try {
      return receiving.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  @Override
  public void store(ResultMeta meta, ResultTarget target) {
    String replyTo = target.replyTo();
    if (replyTo == null || replyTo.isEmpty()) {
      return; // The caller wants no answer.
    }
    String correlationId = target.correlationId();
    PublishOptions options =
        PublishOptions.builder()
            .routingKey(replyTo)
            .mandatory(false)
            .serializer(codec.serializer())
            .correlationId(correlationId == null ? meta.taskId() : correlationId)
            .deliveryMode(deliveryMode)
            .build();
    try {
      sending().producer().publish(codec.toMap(meta), options);
    } catch (EncodeException e) {
      throw e;
    } catch (KombuException e) {
      throw new BackendException(
          "the result of task " + meta.taskId() + " was not sent: " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<ResultMeta> fetch(String taskId) {
    return replies.fetch(taskId);
  }

  @Override
  public CompletableFuture<ResultMeta> ready(String taskId) {
    return replies.ready(taskId);
  }

  @Override
  public void forget(String taskId) {
    replies.forget(taskId);
  }

  @Override
  public Optional<String> trouble() {
    return replies.trouble();
  }

  @Override
  public boolean isPersistent() {
    return false;
  }

  @Override
  public void close() {
    replies.close();
    Sending last;
    lock.lock();
    try {
      closed = true;
      last = sending;
      sending = null;
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.close();
    }
  }

  /** Opens nothing yet: the producer does so when it publishes. */
  private Sending sending() {
    Sending known = sending;
    if (known != null) {
      return known;
    }
    lock.lock();
    try {
      Sending made = sending;
      if (made == null) {
        if (closed) {
          throw new BackendException("the app was closed", null);
        }
        Connection connection = context.connections().apply("celery-results");
        Producer producer =
            connection
                .producer()
                .timeout(STORE_TIMEOUT)
                .retryPolicy(RetryPolicy.reconnecting())
                .build();
        made = new Sending(connection, producer);
        sending = made;
      }
      return made;
    } finally {
      lock.unlock();
    }
  }
}
