package io.github.celeryjava.kombu.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The only place where threads are made, and the only one that knows the running JDK may be newer
 * than the one the library is compiled for. Stateless and thread-safe.
 */
@Internal
public final class Threads {

  private static final @Nullable MethodHandle NEW_VIRTUAL_EXECUTOR = findVirtualExecutor();
  private static final @Nullable MethodHandle IS_VIRTUAL = findIsVirtual();

  private Threads() {}

  /** A daemon platform thread, not started; an uncaught error ends it and is logged by the JVM. */
  public static Thread platform(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Daemon platform threads called {@code prefix-1}, {@code prefix-2} and so on. */
  public static ThreadFactory factory(String prefix) {
    AtomicInteger counter = new AtomicInteger();
    return body -> platform(prefix + "-" + counter.incrementAndGet(), body);
  }

  /** One daemon platform thread that runs what it is given in order. */
  public static ExecutorService singleThread(String name) {
    return Executors.newSingleThreadExecutor(body -> platform(name, body));
  }

  /**
   * One daemon platform thread that runs what it is given in order, now or after a delay. It is
   * started by the first task and ends when it has had nothing to do for two seconds, until the
   * next one; so an executor that nobody shuts down holds nothing. What escapes a task that returns
   * nothing is logged.
   */
  public static ScheduledExecutorService onDemand(String name) {
    ScheduledThreadPoolExecutor executor = new OnDemandExecutor(name);
    executor.setKeepAliveTime(2, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
    executor.setRemoveOnCancelPolicy(true);
    return executor;
  }

  /** An executor with one virtual thread a task; empty before JDK 21. */
  public static Optional<ExecutorService> virtualExecutor() {
    if (NEW_VIRTUAL_EXECUTOR == null) {
      return Optional.empty();
    }
    try {
      return Optional.of((ExecutorService) NEW_VIRTUAL_EXECUTOR.invokeExact());
    } catch (Throwable t) {
      throw new LinkageError("newVirtualThreadPerTaskExecutor", t);
    }
  }

  /** Whether the calling thread is a virtual one; never before JDK 21. */
  public static boolean inVirtualThread() {
    if (IS_VIRTUAL == null) {
      return false;
    }
    try {
      return (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
    } catch (Throwable t) {
      throw new LinkageError("isVirtual", t);
    }
  }

  private static @Nullable MethodHandle findIsVirtual() {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
    } catch (NoSuchMethodException | IllegalAccessException e) {
      return null;
    }
  }

  private static @Nullable MethodHandle findVirtualExecutor() {
    try {
      return MethodHandles.publicLookup()
          .findStatic(
              Executors.class,
              "newVirtualThreadPerTaskExecutor",
              MethodType.methodType(ExecutorService.class));
    } catch (NoSuchMethodException | IllegalAccessException e) {
      return null;
    }
  }
}
