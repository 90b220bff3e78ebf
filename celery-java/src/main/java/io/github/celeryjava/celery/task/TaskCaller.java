package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.canvas.TaskSignature;
import io.github.celeryjava.celery.result.AsyncResult;
import io.github.celeryjava.kombu.internal.Internal;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Sends calls and gives the handles of their results. The app implements it. Thread-safe.
 *
 * @hidden
 */
@Internal
public interface TaskCaller {

  /**
   * Sends a call and waits for the broker's confirm.
   *
   * @param resultType what the result is converted to
   * @throws io.github.celeryjava.kombu.exceptions.KombuException if it could not be encoded, or was
   *     not confirmed in time
   */
  <R extends @Nullable Object> AsyncResult<R> apply(TaskSignature call, Type resultType);
}
