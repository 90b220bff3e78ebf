package io.github.celeryjava.celery.protocol;

import io.github.celeryjava.kombu.internal.Internal;

/**
 * A received task message, whatever its version.
 *
 * @param version the version it came in
 * @param headers what it says about the run
 * @param body arguments and what follows
 * @hidden
 */
@Internal
public record IncomingTask(TaskMessages.Version version, TaskHeaders headers, TaskBody body) {}
