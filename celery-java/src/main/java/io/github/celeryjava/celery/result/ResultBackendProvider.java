package io.github.celeryjava.celery.result;

import java.util.Set;

/**
 * Opens backends for some URL schemes. Found by {@link java.util.ServiceLoader}. Thread-safe; one
 * instance serves the whole process.
 */
public interface ResultBackendProvider {

  /** The schemes, lower case, as in {@code result_backend}. */
  Set<String> schemes();

  /**
   * Makes a backend. Nothing is connected before its first use.
   *
   * @param url what {@code result_backend} says
   * @throws io.github.celeryjava.kombu.exceptions.ConfigurationException if the URL makes no sense,
   *     or a library is missing
   */
  ResultBackend open(String url, ResultBackendContext context);
}
