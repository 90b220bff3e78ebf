package io.github.celeryjava.celery.worker;

/** A part of the worker with a beginning and an end. */
public interface Component {

  /** Returns once the part works, or throws, in which case {@link #stop} is not called. */
  void start();

  /** Never throws for a part that started; may be called on another thread than {@link #start}. */
  void stop();
}
