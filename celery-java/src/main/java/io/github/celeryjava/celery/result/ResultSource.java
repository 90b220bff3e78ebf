package io.github.celeryjava.celery.result;

import io.github.celeryjava.kombu.internal.Internal;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * What the handles of one app share.
 *
 * @param backend where results are
 * @param serializers what converts a result to the type that is wanted
 * @param insideTask whether the calling thread runs a task of the app, where waiting is refused
 * @param callbacks runs what users hang on a result
 * @hidden
 */
@Internal
public record ResultSource(
    ResultBackend backend,
    SerializerRegistry serializers,
    BooleanSupplier insideTask,
    Executor callbacks) {}
