package io.github.celeryjava.kombu;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.exceptions.KombuException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Turns what happened on another thread into what a method returns or throws. Stateless. */
final class Outcomes {

  private Outcomes() {}

  /**
   * The result of a future that is done.
   *
   * @throws io.github.celeryjava.kombu.exceptions.KombuException the error of the future, with the
   *     stack trace of the caller, who would not find his own call in it otherwise
   */
  static <R extends @Nullable Object> R of(CompletableFuture<R> done) {
    try {
      return done.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof OperationalException error) {
        throw error.toldHere();
      }
      if (cause instanceof ConfigurationException error) {
        throw new ConfigurationException(String.valueOf(error.getMessage()), error);
      }
      if (cause instanceof KombuException error) {
        throw error;
      }
      throw e;
    }
  }
}
