package io.github.celeryjava.celery.exceptions;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be different in the next try of a task. Immutable; null keeps what the task's options
 * or the message of this try say.
 *
 * <p>Counterpart of the arguments of {@code Task.retry} in {@code celery/app/task.py}.
 *
 * @param countdown time to wait; wins over {@code eta}
 * @param eta run no sooner than this, at once if it has passed
 * @param args positional arguments
 * @param kwargs keyword arguments
 * @param maxRetries most retries, the ones before counted, for this decision alone: the next try
 *     goes by the task's own limit again
 * @param queue queue to send to
 * @param priority 0 to 255
 * @param expires do not run after this
 * @param timeLimit hard limit of the run
 * @param softTimeLimit soft limit of the run
 */
public record RetryOptions(
    @Nullable Duration countdown,
    @Nullable Instant eta,
    @Nullable List<@Nullable Object> args,
    @Nullable Map<String, @Nullable Object> kwargs,
    @Nullable Integer maxRetries,
    @Nullable String queue,
    @Nullable Integer priority,
    @Nullable Instant expires,
    @Nullable Duration timeLimit,
    @Nullable Duration softTimeLimit) {

  private static final RetryOptions NONE = builder().build();

  /** Checks and copies. */
  public RetryOptions {
    if (countdown != null && countdown.isNegative()) {
      throw new IllegalArgumentException("countdown must not be negative, was " + countdown);
    }
    if (maxRetries != null && maxRetries < 0) {
      throw new IllegalArgumentException("maxRetries must not be negative, was " + maxRetries);
    }
    if (priority != null && (priority < 0 || priority > 255)) {
      throw new IllegalArgumentException("priority must be 0 to 255, was " + priority);
    }
    args = args == null ? null : Collections.unmodifiableList(new ArrayList<>(args));
    kwargs = kwargs == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(kwargs));
  }

  /** Everything as in this try, after the task's usual wait. */
  public static RetryOptions none() {
    return NONE;
  }

  /** Starts with everything as in this try. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects {@link RetryOptions}; not thread-safe. Each setter replaces what was set before. */
  public static final class Builder {

    private @Nullable Duration countdown;
    private @Nullable Instant eta;
    private @Nullable List<@Nullable Object> args;
    private @Nullable Map<String, @Nullable Object> kwargs;
    private @Nullable Integer maxRetries;
    private @Nullable String queue;
    private @Nullable Integer priority;
    private @Nullable Instant expires;
    private @Nullable Duration timeLimit;
    private @Nullable Duration softTimeLimit;

    private Builder() {}

    /** Time to wait, zero or more; wins over {@link #eta}. */
    public Builder countdown(@Nullable Duration countdown) {
      this.countdown = countdown;
      return this;
    }

    /** Time before which it does not run. */
    public Builder eta(@Nullable Instant eta) {
      this.eta = eta;
      return this;
    }

    /**
     * All positional arguments; the keyword arguments stay. Of a task that takes a parameter by
     * name now and by place then, set both.
     */
    public Builder args(@Nullable Object... args) {
      this.args = Arrays.asList(args);
      return this;
    }

    /** All keyword arguments; the positional ones stay. */
    public Builder kwargs(@Nullable Map<String, @Nullable Object> kwargs) {
      this.kwargs = kwargs;
      return this;
    }

    /** Most retries, zero or more, for this decision alone. */
    public Builder maxRetries(@Nullable Integer maxRetries) {
      this.maxRetries = maxRetries;
      return this;
    }

    /** Queue to send to, instead of where this try came from. */
    public Builder queue(@Nullable String queue) {
      this.queue = queue;
      return this;
    }

    /** Priority, 0 to 255. */
    public Builder priority(@Nullable Integer priority) {
      this.priority = priority;
      return this;
    }

    /** Time after which it does not run any more. */
    public Builder expires(@Nullable Instant expires) {
      this.expires = expires;
      return this;
    }

    /** Hard limit of the run. */
    public Builder timeLimit(@Nullable Duration timeLimit) {
      this.timeLimit = timeLimit;
      return this;
    }

    /** Soft limit of the run. */
    public Builder softTimeLimit(@Nullable Duration softTimeLimit) {
      this.softTimeLimit = softTimeLimit;
      return this;
    }

    /**
     * Checks and freezes.
     *
     * @throws IllegalArgumentException if a value is out of bounds
     */
    public RetryOptions build() {
      return new RetryOptions(
          countdown,
          eta,
          args,
          kwargs,
          maxRetries,
          queue,
          priority,
          expires,
          timeLimit,
          softTimeLimit);
    }
  }
}
