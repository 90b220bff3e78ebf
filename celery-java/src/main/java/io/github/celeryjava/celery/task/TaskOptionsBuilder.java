package io.github.celeryjava.celery.task;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Collects the choices of one {@link TaskOptions}; each is explained there. Not thread-safe. */
public final class TaskOptionsBuilder {

  // Mutable state
  private @Nullable String queue;
  private @Nullable String serializer;
  private @Nullable String compression;
  private @Nullable Integer priority;
  private boolean ignoreResult;
  private boolean storeErrorsEvenIfIgnored;
  private boolean trackStarted;
  private boolean acksLate;
  private boolean acksOnFailure = true;
  private @Nullable Integer maxRetries = 3;
  private Duration defaultRetryDelay = Duration.ofMinutes(3);
  private @Nullable Duration softTimeLimit;
  private @Nullable Duration timeLimit;

  TaskOptionsBuilder() {}

  TaskOptionsBuilder(TaskOptions options) {
    queue = options.queue();
    serializer = options.serializer();
    compression = options.compression();
    priority = options.priority();
    ignoreResult = options.ignoreResult();
    storeErrorsEvenIfIgnored = options.storeErrorsEvenIfIgnored();
    trackStarted = options.trackStarted();
    acksLate = options.acksLate();
    acksOnFailure = options.acksOnFailure();
    maxRetries = options.maxRetries();
    defaultRetryDelay = options.defaultRetryDelay();
    softTimeLimit = options.softTimeLimit();
    timeLimit = options.timeLimit();
  }

  public TaskOptionsBuilder queue(@Nullable String queue) {
    this.queue = queue;
    return this;
  }

  public TaskOptionsBuilder serializer(@Nullable String serializer) {
    this.serializer = serializer;
    return this;
  }

  public TaskOptionsBuilder compression(@Nullable String compression) {
    this.compression = compression;
    return this;
  }

  public TaskOptionsBuilder priority(@Nullable Integer priority) {
    this.priority = priority;
    return this;
  }

  public TaskOptionsBuilder ignoreResult(boolean ignoreResult) {
    this.ignoreResult = ignoreResult;
    return this;
  }

  public TaskOptionsBuilder storeErrorsEvenIfIgnored(boolean storeErrorsEvenIfIgnored) {
    this.storeErrorsEvenIfIgnored = storeErrorsEvenIfIgnored;
    return this;
  }

  public TaskOptionsBuilder trackStarted(boolean trackStarted) {
    this.trackStarted = trackStarted;
    return this;
  }

  public TaskOptionsBuilder acksLate(boolean acksLate) {
    this.acksLate = acksLate;
    return this;
  }

  public TaskOptionsBuilder acksOnFailure(boolean acksOnFailure) {
    this.acksOnFailure = acksOnFailure;
    return this;
  }

  public TaskOptionsBuilder maxRetries(@Nullable Integer maxRetries) {
    this.maxRetries = maxRetries;
    return this;
  }

  public TaskOptionsBuilder defaultRetryDelay(Duration defaultRetryDelay) {
    this.defaultRetryDelay = defaultRetryDelay;
    return this;
  }

  public TaskOptionsBuilder softTimeLimit(@Nullable Duration softTimeLimit) {
    this.softTimeLimit = softTimeLimit;
    return this;
  }

  public TaskOptionsBuilder timeLimit(@Nullable Duration timeLimit) {
    this.timeLimit = timeLimit;
    return this;
  }

  /**
   * Checks and freezes the choices.
   *
   * @throws IllegalArgumentException if a number is out of bounds
   */
  public TaskOptions build() {
    return new TaskOptions(
        queue,
        serializer,
        compression,
        priority,
        ignoreResult,
        storeErrorsEvenIfIgnored,
        trackStarted,
        acksLate,
        acksOnFailure,
        maxRetries,
        defaultRetryDelay,
        softTimeLimit,
        timeLimit);
  }
}
