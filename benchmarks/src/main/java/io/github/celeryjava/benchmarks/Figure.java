package io.github.celeryjava.benchmarks;

import java.util.Locale;

/**
 * The figures of the speed targets, each a ratio. Those of kombu-java alone are held to the targets
 * of the same work with tasks, F1, F2, F4 and F5.
 */
enum Figure {
  F1("publish in a pipeline, processor time a task ÷ bare client", 1.5, false),
  F2("publish in a pipeline, rate ÷ bare client", 0.85, true),
  F3("publish waiting for each confirm, 1 and 16 threads, rate ÷ bare client", 0.85, true),
  F4("worker on a no-op task, rate ÷ bare consumer", 1.0, true),
  F5("worker on a no-op task, processor time ÷ bare consumer", 2.0, false),
  F6("publish and worker, processor time ÷ Python Celery", 0.2, false),
  T1("kombu-java alone, publish in a pipeline, processor time ÷ bare client", 1.5, false),
  T2("kombu-java alone, publish in a pipeline, rate ÷ bare client", 0.85, true),
  T3("kombu-java alone, consume, processor time ÷ bare consumer", 2.0, false),
  T4("kombu-java alone, consume, rate ÷ bare consumer", 1.0, true),
  F12_RATE("Redis, publish and consume without tasks, rate ÷ Python kombu", 3.0, true),
  F12_CPU("Redis, publish and consume without tasks, processor time ÷ Python kombu", 0.2, false);

  private final String what;
  private final double target;
  private final boolean atLeast;

  Figure(String what, double target, boolean atLeast) {
    this.what = what;
    this.target = target;
    this.atLeast = atLeast;
  }

  String what() {
    return what;
  }

  String target() {
    return String.format(Locale.ROOT, "target %s %s", atLeast ? ">=" : "<=", target);
  }

  boolean isReached(Ratios ratios) {
    return atLeast ? ratios.median() >= target : ratios.median() <= target;
  }

  /** The one that says less for the project. */
  Ratios worse(Ratios one, Ratios other) {
    return (one.median() < other.median()) == atLeast ? one : other;
  }

  String line(Ratios ratios) {
    return name() + " " + ratios + " " + target() + (isReached(ratios) ? " ok" : " missed");
  }
}
