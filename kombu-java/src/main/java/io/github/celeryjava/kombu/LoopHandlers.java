package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.internal.Threads;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a {@link ConsumerLoop} handles its messages with, over all its connections. Thread-safe. */
final class LoopHandlers {

  private static final int IDLE_SECONDS = 5;

  private final Handling handling;
  private final HandlerDispatch dispatch;
  private final Consumer<Throwable> fail;
  private final @Nullable ExecutorService own;

  /**
   * @param qos its count bounds how many messages are handled at a time
   * @param fail ends the loop
   * @param wakeLoop has the loop's thread look for messages that wait
   */
  LoopHandlers(ConsumerLoopBuilder settings, QoS qos, Consumer<Throwable> fail, Runnable wakeLoop) {
    this.fail = fail;
    this.handling =
        new Handling(settings, settings.template().settings(), failureHandler(settings), fail);
    this.own = settings.threads() > 0 ? threads(settings.threads()) : null;
    Executor given = settings.executor();
    Executor elsewhere = own != null ? own : given;
    this.dispatch =
        new HandlerDispatch(
            elsewhere == null ? Runnable::run : elsewhere,
            handling,
            qos::value,
            settings.isInOrder(),
            elsewhere == null ? wakeLoop : this::startWaiting);
  }

  private void startWaiting() {
    try {
      dispatch.startWaiting();
    } catch (RuntimeException e) { // an executor that takes no more work
      fail.accept(e);
    }
  }

  HandlerDispatch dispatch() {
    return dispatch;
  }

  long decodeErrors() {
    return handling.decodeErrors();
  }

  /** Ends the threads once they have nothing more to do. */
  void close() {
    if (own != null) {
      own.shutdown();
    }
  }

  private BiConsumer<Message, Throwable> failureHandler(ConsumerLoopBuilder settings) {
    BiConsumer<Message, Throwable> given = settings.onFailure();
    if (given != null) {
      return given;
    }
    FailurePolicy policy = settings.failurePolicy();
    return (message, error) -> {
      if (policy == FailurePolicy.STOP || error instanceof VirtualMachineError) {
        fail.accept(error);
      } else {
        Handling.settleFailed(policy, message, error);
      }
    };
  }

  private static ExecutorService threads(int count) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Threads.factory("kombu-handler"));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
