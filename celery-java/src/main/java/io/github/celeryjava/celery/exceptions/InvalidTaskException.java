package io.github.celeryjava.celery.exceptions;

import static java.util.Objects.requireNonNull;

/**
 * A message is not a task message, or a part of it has the wrong shape. A worker rejects such a
 * message once, without putting it back.
 *
 * <p>Named after {@code celery.exceptions.InvalidTaskError}.
 */
public final class InvalidTaskException extends CeleryException {

  private final String where;

  /**
   * Says what is wrong and where.
   *
   * @param where path to the part: {@code headers.eta}, {@code body[2].chain[0]}
   * @param problem what is wrong with it, with a bounded piece of what was found
   */
  public InvalidTaskException(String where, String problem) {
    super("invalid task message: " + requireNonNull(where, "where") + " " + problem, null);
    this.where = where;
  }

  /** Path to the part that is wrong. */
  public String where() {
    return where;
  }
}
