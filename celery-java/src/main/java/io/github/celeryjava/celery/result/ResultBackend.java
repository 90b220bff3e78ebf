package io.github.celeryjava.celery.result;

import io.github.celeryjava.celery.protocol.ResultMeta;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps what tasks returned, and tells those who wait for it. Thread-safe.
 *
 * <p><b>Waiting.</b> {@link #receiving} and {@link #ready} never wait; what they return is
 * completed on a thread of the backend that must not be blocked. {@link #store}, {@link #fetch} and
 * {@link #forget} wait for the store, each within a time that the backend documents. Interrupts
 * neither harm the store's connections nor end a call early; the flag is left as it was.
 *
 * <p><b>Errors.</b> Every method throws {@link
 * io.github.celeryjava.celery.exceptions.BackendException} if the store does not answer within that
 * time, or refuses; what was asked may or may not have happened.
 *
 * <p>Counterpart of {@code celery.backends.base.Backend}, without its chord logic.
 */
public interface ResultBackend extends AutoCloseable {

  /** Where results go, for people: no password. */
  String description();

  /**
   * The queue that a task's message names for the answer. A task must not be sent before it is
   * there, since an answer that finds no queue is lost.
   *
   * @return completed with the queue's name once it is there, at once with the empty string by
   *     stores that are asked by id; exceptionally if the broker refuses the queue, and then the
   *     next call tries again. Cancelling it does nothing
   */
  CompletableFuture<String> receiving();

  /**
   * {@link #receiving}, waited for; an interrupt does not end the wait, the flag is kept.
   *
   * @param timeout the longest wait
   * @return the queue's name, or the empty string
   * @throws io.github.celeryjava.kombu.exceptions.PublishTimeoutException if the queue is not there
   *     in time; the message says why
   * @throws io.github.celeryjava.kombu.exceptions.KombuException the broker's refusal
   */
  String replyTo(Duration timeout);

  /**
   * Stores a state. A SUCCESS is not overwritten: not in a store that can look first, and where
   * results are messages, not by whoever receives them.
   *
   * @throws io.github.celeryjava.kombu.exceptions.EncodeException if the result has no form in the
   *     chosen format; nothing was stored
   */
  void store(ResultMeta meta, ResultTarget target);

  /** What is known of a task now; empty if nothing is. */
  Optional<ResultMeta> fetch(String taskId);

  /**
   * The state in which the task ends, once it has ended. Any number of waiters may ask for the same
   * task; cancelling one future gives up that one interest. Survives reconnects: a result that was
   * stored while the connection was away is found.
   */
  CompletableFuture<ResultMeta> ready(String taskId);

  /** Drops what is known of a task, here and in the store. Those who wait go on waiting. */
  void forget(String taskId);

  /** What keeps results from being received at present, for people; empty if nothing does. */
  Optional<String> trouble();

  /** Whether results outlive the process that stored them and can be asked for by anybody. */
  boolean isPersistent();

  /** Fails those who wait, closes connections. Never throws; twice does nothing. */
  @Override
  void close();
}
