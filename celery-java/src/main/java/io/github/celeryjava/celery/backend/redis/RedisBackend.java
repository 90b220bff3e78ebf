package io.github.celeryjava.celery.backend.redis;

import io.github.celeryjava.celery.backend.ResultCodec;
import io.github.celeryjava.celery.exceptions.BackendException;
import io.github.celeryjava.celery.protocol.ResultKeys;
import io.github.celeryjava.celery.protocol.ResultMeta;
import io.github.celeryjava.celery.result.PendingResults;
import io.github.celeryjava.celery.result.ResultBackend;
import io.github.celeryjava.celery.result.ResultBackendContext;
import io.github.celeryjava.celery.result.ResultTarget;
import io.github.celeryjava.celery.result.TaskState;
import io.github.celeryjava.kombu.RetryPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Keeps results in Redis, where anybody finds them by the task's id. Thread-safe.
 *
 * <p><b>Waiting.</b> Storing takes at most 20 s, as long as Celery's 20 attempts, or without end if
 * {@code result_backend_always_retry} says so; {@link #fetch} and {@link #forget} take at most 10
 * s. An answer to one command is waited for no longer than {@code redis_socket_timeout}. Receiving
 * goes on by itself after a loss.
 *
 * <p>Counterpart of {@code celery.backends.redis.RedisBackend}, whose keys, values and messages it
 * shares. Other than there, waiting begins with the first {@code get} and not with the sending.
 */
final class RedisBackend implements ResultBackend {

  private static final CompletableFuture<String> NO_QUEUE = CompletableFuture.completedFuture("");
  private static final Duration ASK_LIMIT = Duration.ofSeconds(10);

  /** The longest value that Redis takes. */
  private static final int MOST_BYTES = 512 * 1024 * 1024;

  private final RedisBackendOptions options;
  private final ResultKeys keys;
  private final ResultCodec codec;
  private final StoreScript script;
  private final RedisCommands commands;
  private final RedisCommands.Limits storing;
  private final RedisCommands.Limits asking;
  private final RedisCommands.Limits reading;
  private final PendingResults pending;
  private final RedisResultListener listener;
  private final AtomicBoolean closed = new AtomicBoolean();

  private RedisBackend(RedisBackendOptions options, ResultBackendContext context) {
    this.options = options;
    keys = options.keys();
    codec = new ResultCodec(context);
    script = new StoreScript(this::isSuccess);
    commands = new RedisCommands(options, context.nanos());
    storing = new RedisCommands.Limits(options.storeLimit(), options.retries());
    asking = new RedisCommands.Limits(ASK_LIMIT, options.retries());
    reading = new RedisCommands.Limits(options.silenceLimit(), RetryPolicy.never());
    pending = new PendingResults(this::abandoned);
    listener = new RedisResultListener(options, codec, pending, this::read, context.nanos());
  }

  /** Makes a backend; nothing is opened yet. */
  static ResultBackend open(String url, ResultBackendContext context) {
    return new RedisBackend(RedisBackendOptions.of(url, context.config()), context);
  }

  @Override
  public String description() {
    return options.clients().description();
  }

  @Override
  public CompletableFuture<String> receiving() {
    return NO_QUEUE;
  }

  @Override
  public String replyTo(Duration timeout) {
    return "";
  }

  @Override
  public void store(ResultMeta meta, ResultTarget target) {
    byte[] key = key(meta.taskId());
    byte[] value = codec.encode(meta);
    if (value.length > MOST_BYTES) {
      throw new BackendException(
          "the result of task "
              + meta.taskId()
              + " has "
              + value.length
              + " bytes, Redis takes "
              + MOST_BYTES,
          null);
    }
    long seconds = options.secondsToLive(meta.status().equals(TaskState.FAILURE));
    Void unused =
        commands.<@Nullable Void>call(
            "the result of task " + meta.taskId() + " was not stored",
            value.length,
            storing,
            connection -> {
              script.store(connection, key, value, seconds);
              return null;
            });
  }

  @Override
  public Optional<ResultMeta> fetch(String taskId) {
    CommandArguments get = new CommandArguments(Command.GET).add(key(taskId));
    Object value =
        commands.<@Nullable Object>call(
            "the result of task " + taskId + " was not read",
            0,
            asking,
            connection -> connection.executeCommand(get));
    return value instanceof byte[] bytes
        ? Optional.of(codec.decode(bytes, taskId))
        : Optional.empty();
  }

  @Override
  public CompletableFuture<ResultMeta> ready(String taskId) {
    PendingResults.Waiter waiter = pending.await(taskId);
    if (waiter.first()) {
      listener.want(taskId);
    }
    return waiter.future();
  }

  @Override
  public void forget(String taskId) {
    CommandArguments delete = new CommandArguments(Command.DEL).add(key(taskId));
    Object unused =
        commands.call(
            "the result of task " + taskId + " was not deleted",
            0,
            asking,
            connection -> connection.executeCommand(delete));
  }

  @Override
  public Optional<String> trouble() {
    return listener.trouble();
  }

  @Override
  public boolean isPersistent() {
    return true;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      pending.close(new BackendException("the app was closed", null));
      listener.close();
      commands.close();
    }
  }

  private void abandoned(String taskId) {
    listener.drop(taskId);
  }

  private Map<String, byte[]> read(List<String> taskIds) {
    CommandArguments get = new CommandArguments(Command.MGET);
    taskIds.forEach(taskId -> get.add(key(taskId)));
    Object answer =
        commands.call(
            "results were not read", 0, reading, connection -> connection.executeCommand(get));
    Map<String, byte[]> found = new HashMap<>();
    if (answer instanceof List<?> values) {
      for (int i = 0; i < taskIds.size(); i++) {
        if (values.get(i) instanceof byte[] value) {
          found.put(taskIds.get(i), value);
        }
      }
    }
    return found;
  }

  private boolean isSuccess(byte[] stored) {
    try {
      return codec.decode(stored, "").status().equals(TaskState.SUCCESS);
    } catch (BackendException e) {
      return false; // nobody can read it
    }
  }

  private byte[] key(String taskId) {
    return keys.ofTask(taskId).getBytes(StandardCharsets.UTF_8);
  }
}
