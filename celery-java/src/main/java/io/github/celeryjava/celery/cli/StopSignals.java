package io.github.celeryjava.celery.cli;

import io.github.celeryjava.celery.worker.Worker;
import io.github.celeryjava.kombu.internal.Threads;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TERM, HUP and the first INT stop a worker warmly, whatever time that takes; the second INT stops
 * it at once. QUIT stays with the JVM, which prints its threads; a HUP that was ignored at the
 * start, as {@code nohup} does, stays ignored. Thread-safe.
 *
 * <p>The JVM's own way, the shutdown hook, cannot tell a second signal from the first; the class
 * that can is supported by every JDK but has no public package, so it is reached by its name.
 */
final class StopSignals {

  private static final Logger log = LoggerFactory.getLogger(StopSignals.class);
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  private final Worker worker;
  private final AtomicInteger interrupts = new AtomicInteger();

  private StopSignals(Worker worker) {
    this.worker = worker;
  }

  static StopSignals install(Worker worker) {
    StopSignals signals = new StopSignals(worker);
    try {
      signals.on("TERM", signals::warm);
      signals.on("INT", signals::interrupted);
      signals.on("HUP", signals::warm);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      log.warn("Signals cannot be handled here, a stop gives running tasks no time", e);
      Runtime.getRuntime().addShutdownHook(Threads.platform("celery-stop", worker::close));
    }
    return signals;
  }

  /** Whether the worker was told to stop at once. */
  boolean isCold() {
    return interrupts.get() > 1;
  }

  private void on(String name, Runnable action) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Object proxy =
        Proxy.newProxyInstance(
            StopSignals.class.getClassLoader(),
            new Class<?>[] {handler},
            (self, method, args) -> {
              if (method.getName().equals("handle")) {
                Threads.platform("celery-stop", action).start();
                return null;
              }
              return method.invoke(this, args);
            });
    try {
      Method handle = signal.getMethod("handle", signal, handler);
      Object number = signal.getConstructor(String.class).newInstance(name);
      Object ignoring = handler.getField("SIG_IGN").get(null);
      if (ignoring.equals(handle.invoke(null, number, proxy))) {
        handle.invoke(null, number, ignoring);
      }
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException("signal " + name, e.getCause());
    }
  }

  private void interrupted() {
    if (interrupts.incrementAndGet() == 1) {
      warm();
    } else {
      log.warn("Cold shutdown: running tasks are interrupted");
      worker.interruptTasks();
    }
  }

  private void warm() {
    log.warn("Warm shutdown: waiting for running tasks to end");
    try {
      boolean unused = worker.stop(FOR_EVER);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
