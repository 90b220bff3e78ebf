package io.github.celeryjava.celery.protocol;

import io.github.celeryjava.kombu.internal.Internal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys under which stores of keys and values keep results; on Redis also the channels on which
 * they are told.
 *
 * <p>Wire source: {@code BaseKeyValueStoreBackend} in {@code celery/backends/base.py} (5.2 to 5.7).
 *
 * @param taskPrefix what stands before a task's id
 * @hidden
 */
@Internal
public record ResultKeys(String taskPrefix) {

  private static final String TASK = "celery-task-meta-";
  private static final String SEPARATOR = "_";
  private static final String SEPARATORS = ":_-.";

  /**
   * The keys of one deployment.
   *
   * @param globalPrefix option {@code global_keyprefix}; null or empty for none. An underscore is
   *     added unless it ends with a separator of its own
   */
  public static ResultKeys of(@Nullable String globalPrefix) {
    if (globalPrefix == null || globalPrefix.isEmpty()) {
      return new ResultKeys(TASK);
    }
    boolean separated = SEPARATORS.indexOf(globalPrefix.charAt(globalPrefix.length() - 1)) >= 0;
    return new ResultKeys(globalPrefix + (separated ? "" : SEPARATOR) + TASK);
  }

  /** The key of a task's result. */
  public String ofTask(String taskId) {
    return taskPrefix + taskId;
  }

  /** The task whose result a key holds; empty if it is another kind of key. */
  public Optional<String> taskOf(String key) {
    return key.startsWith(taskPrefix)
        ? Optional.of(key.substring(taskPrefix.length()))
        : Optional.empty();
  }
}
