package io.github.celeryjava.celery.protocol;

import static java.util.Objects.requireNonNull;

import io.github.celeryjava.kombu.internal.Internal;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * What all task messages of one app have in common.
 *
 * @param origin the sending process, {@code gen<pid>@<host>}
 * @param zone the app's time zone: times are written with its offset
 * @param utc whether the app works in UTC; version 1 messages say so
 * @param reprLength longest text of the arguments for people, about; 1024 in Celery
 * @param reprLevels nesting shown in that text; 3 in Celery, 0 shows all
 * @hidden
 */
@Internal
public record MessageStyle(
    String origin, ZoneId zone, boolean utc, int reprLength, int reprLevels) {

  /** Celery's {@code argsrepr_maxsize} and {@code kwargsrepr_maxsize}. */
  public static final int DEFAULT_REPR_LENGTH = 1024;

  /** Celery's default of {@code task_repr_maxlevels}. */
  public static final int DEFAULT_REPR_LEVELS = 3;

  /** Checks the bounds. */
  public MessageStyle {
    requireNonNull(origin, "origin");
    requireNonNull(zone, "zone");
    if (reprLength < 1) {
      throw new IllegalArgumentException("reprLength must be at least 1, was " + reprLength);
    }
    if (reprLevels < 0) {
      throw new IllegalArgumentException("reprLevels must be 0 or more, was " + reprLevels);
    }
  }

  /** Celery's defaults: UTC, 1024 characters, 3 levels. */
  public static MessageStyle of(String origin) {
    return new MessageStyle(origin, ZoneOffset.UTC, true, DEFAULT_REPR_LENGTH, DEFAULT_REPR_LEVELS);
  }
}
