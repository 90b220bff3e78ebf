package io.github.celeryjava.celery.result;

import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.internal.Internal;
import io.github.celeryjava.kombu.internal.NearestName;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the backend that a URL names. The providers are found once a process, so that those which
 * keep results in the process are the same for every app.
 *
 * @hidden
 */
@Internal
public final class ResultBackends {

  private static final Map<String, ResultBackendProvider> BY_SCHEME = load();

  private ResultBackends() {}

  /**
   * Makes the backend.
   *
   * @param url what {@code result_backend} says; null for none
   * @throws ConfigurationException if no provider knows the scheme
   */
  public static ResultBackend open(@Nullable String url, ResultBackendContext context) {
    if (url == null || url.isBlank()) {
      return new NoResults();
    }
    String scheme = scheme(url.strip());
    if (scheme.equals("disabled")) {
      return new NoResults();
    }
    ResultBackendProvider provider = BY_SCHEME.get(scheme);
    if (provider == null) {
      throw new ConfigurationException(
          "no result backend is called '"
              + scheme
              + "'"
              + NearestName.of(scheme, BY_SCHEME.keySet())
                  .map(near -> "; did you mean '" + near + "'?")
                  .orElse(";")
              + " known are "
              + BY_SCHEME.keySet());
    }
    return provider.open(url.strip(), context);
  }

  /** What stands before the first colon; an alias such as {@code redis} stands alone. */
  private static String scheme(String url) {
    int end = url.indexOf(':');
    return (end < 0 ? url : url.substring(0, end)).toLowerCase(Locale.ROOT);
  }

  private static Map<String, ResultBackendProvider> load() {
    Map<String, ResultBackendProvider> byScheme = new TreeMap<>();
    for (ResultBackendProvider provider :
        ServiceLoader.load(ResultBackendProvider.class, ResultBackends.class.getClassLoader())) {
      provider.schemes().forEach(scheme -> byScheme.putIfAbsent(scheme, provider));
    }
    return Collections.unmodifiableMap(byScheme);
  }
}
