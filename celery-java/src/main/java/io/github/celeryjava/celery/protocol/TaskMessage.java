package io.github.celeryjava.celery.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task message ready to be serialised.
 *
 * @param headers message headers; belongs to the receiver, which may add to it
 * @param body what the serializer is given: a list of three in version 2, a map in version 1
 * @param correlationId property of that name: the task's id
 * @param replyTo property of that name: queue for the result, empty for none
 */
public record TaskMessage(
    Map<String, @Nullable Object> headers, Object body, String correlationId, String replyTo) {}
