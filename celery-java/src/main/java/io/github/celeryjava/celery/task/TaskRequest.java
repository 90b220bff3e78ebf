package io.github.celeryjava.celery.task;

import io.github.celeryjava.celery.protocol.TaskBody;
import io.github.celeryjava.celery.protocol.TaskHeaders;
import io.github.celeryjava.kombu.internal.Internal;
import org.jspecify.annotations.Nullable;

/**
 * A task to run, without the means to settle its message.
 *
 * @param headers what the message says about the run, whichever protocol version carried it
 * @param body arguments and links
 * @param correlationId what the caller matches the answer by; null means the task's id
 * @param replyTo queue of the caller; null if it named none
 * @param deliveryInfo how the message came
 * @param hostname name of the node that runs it
 * @hidden
 */
@Internal
public record TaskRequest(
    TaskHeaders headers,
    TaskBody body,
    @Nullable String correlationId,
    @Nullable String replyTo,
    DeliveryInfo deliveryInfo,
    String hostname) {}
