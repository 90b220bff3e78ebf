package io.github.celeryjava.celery.exceptions;

import org.jspecify.annotations.Nullable;

/**
 * A part of a chord failed, so that its body will not run.
 *
 * <p>Named after {@code celery.exceptions.ChordError}.
 */
public final class ChordException extends CeleryException {

  private final @Nullable String remoteTraceback;

  /**
   * Describes the failed part, where the chord is evaluated.
   *
   * @param message which part failed and how: {@code Dependency <id> raised ValueError('x')}
   * @param cause the failure of the part, null if unknown
   */
  public ChordException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.remoteTraceback = null;
  }

  private ChordException(String message, @Nullable String remoteTraceback) {
    super(message, null);
    this.remoteTraceback = remoteTraceback;
  }

  /**
   * The error that another process stored as the result of the chord's body.
   *
   * @param remoteTraceback stack trace as that process wrote it, null if it stored none
   */
  public static ChordException stored(String message, @Nullable String remoteTraceback) {
    return new ChordException(message, remoteTraceback);
  }

  /** Stack trace as another process wrote it, null if there is none. */
  public @Nullable String remoteTraceback() {
    return remoteTraceback;
  }
}
