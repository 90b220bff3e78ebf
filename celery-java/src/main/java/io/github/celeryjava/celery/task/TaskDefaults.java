package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.celery.config.Settings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the settings of one app say about tasks that leave an option open. Immutable and
 * thread-safe.
 *
 * <p>Counterpart of {@code from_config} in {@code celery/app/task.py}.
 */
final class TaskDefaults {

  private final TaskOptions options;

  TaskDefaults(CeleryConfig config) {
    options =
        TaskOptions.builder()
            .ignoreResult(config.get(Settings.TASK_IGNORE_RESULT))
            .storeErrorsEvenIfIgnored(config.get(Settings.TASK_STORE_ERRORS_EVEN_IF_IGNORED))
            .trackStarted(config.get(Settings.TASK_TRACK_STARTED))
            .acksLate(config.get(Settings.TASK_ACKS_LATE))
            .acksOnFailure(config.get(Settings.TASK_ACKS_ON_FAILURE))
            .timeLimit(config.get(Settings.TASK_TIME_LIMIT))
            .softTimeLimit(config.get(Settings.TASK_SOFT_TIME_LIMIT))
            .build();
  }

  /** The options of a task that says nothing itself. */
  TaskOptions options() {
    return options;
  }

  /**
   * The options of an annotated method.
   *
   * @throws IllegalArgumentException if a number is out of bounds
   */
  TaskOptions options(CeleryTask task) {
    return options.toBuilder()
        .queue(given(task.queue()))
        .serializer(given(task.serializer()))
        .compression(given(task.compression()))
        .priority(task.priority() < 0 ? null : task.priority())
        .ignoreResult(task.ignoreResult().orElse(options.ignoreResult()))
        .storeErrorsEvenIfIgnored(
            task.storeErrorsEvenIfIgnored().orElse(options.storeErrorsEvenIfIgnored()))
        .trackStarted(task.trackStarted().orElse(options.trackStarted()))
        .acksLate(task.acksLate().orElse(options.acksLate()))
        .acksOnFailure(task.acksOnFailure().orElse(options.acksOnFailure()))
        .maxRetries(task.maxRetries() < 0 ? null : task.maxRetries())
        .defaultRetryDelay(seconds("defaultRetryDelay", task.defaultRetryDelay()))
        .timeLimit(limit("timeLimit", task.timeLimit(), options.timeLimit()))
        .softTimeLimit(limit("softTimeLimit", task.softTimeLimit(), options.softTimeLimit()))
        .build();
  }

  private static @Nullable String given(String value) {
    return value.isEmpty() ? null : value;
  }

  private static @Nullable Duration limit(
      String what, double seconds, @Nullable Duration otherwise) {
    return seconds == 0 ? otherwise : seconds(what, seconds);
  }

  private static Duration seconds(String what, double seconds) {
    if (!(seconds >= 0 && seconds <= Integer.MAX_VALUE)) {
      throw new IllegalArgumentException(what + " must be 0 or more seconds, was " + seconds);
    }
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }
}
