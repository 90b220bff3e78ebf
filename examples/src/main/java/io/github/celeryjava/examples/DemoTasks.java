package io.github.celeryjava.examples;

import io.github.celeryjava.celery.task.CeleryTask;
import io.github.celeryjava.celery.task.TaskContext;
import java.time.Duration;

/** The tasks of the demo. */
public final class DemoTasks {

  /** A task is a method; its name is what every language calls it by. */
  @CeleryTask("demo.add")
  public int add(int x, int y) {
    return x + y;
  }

  /** Fails twice, and says each time that it wants to be run again. */
  @CeleryTask("demo.flaky")
  public String flaky(TaskContext context) {
    if (context.retries() < 2) {
      throw context.retry(new IllegalStateException("not yet"), Duration.ofMillis(300));
    }
    return "done in run number " + (context.retries() + 1);
  }

  /** Fails for good, whatever it is asked for. */
  @CeleryTask("demo.broken")
  public String broken(String what) {
    if (!what.isEmpty()) {
      throw new IllegalArgumentException("cannot do " + what);
    }
    return "nothing to do";
  }

  /** Some work: counts the primes below a number. */
  @CeleryTask("demo.primes")
  public int primes(int below) {
    int count = 0;
    for (int candidate = 2; candidate < below; candidate++) {
      boolean prime = true;
      for (int divisor = 2; divisor * divisor <= candidate; divisor++) {
        if (candidate % divisor == 0) {
          prime = false;
          break;
        }
      }
      if (prime) {
        count++;
      }
    }
    return count;
  }
}
