package io.github.celeryjava.celery.canvas;

import io.github.celeryjava.kombu.internal.Internal;

/**
 * Sends calls and waits for the broker to take charge of them. The app implements it; what only
 * needs to send, such as a retry or the next step of a chain, asks for this and not for the app.
 * Thread-safe.
 *
 * <p>It throws {@link io.github.celeryjava.kombu.exceptions.KombuException} if the call could not
 * be encoded, or was not confirmed in time; in the second case it may have been sent all the same.
 *
 * @hidden
 */
@Internal
public interface TaskSender {

  /**
   * Sends a call: what the options leave open is decided by the task and the settings.
   *
   * @return the id of the task
   */
  String send(TaskSignature call);
}
