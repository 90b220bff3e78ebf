package io.github.celeryjava.celery.result;

import io.github.celeryjava.celery.config.CeleryConfig;
import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.serialization.SerializerRegistry;
import java.time.Clock;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What a backend is made with, besides its URL.
 *
 * @param config the app's settings
 * @param serializers what results are encoded and decoded with
 * @param clock the time that peers see
 * @param nanos the monotonic clock that time-outs are measured by
 * @param connections a new, unopened connection for publishing and its answers, given the name that
 *     the broker's tools show; the backend closes it
 */
public record ResultBackendContext(
    CeleryConfig config,
    SerializerRegistry serializers,
    Clock clock,
    LongSupplier nanos,
    Function<String, Connection> connections) {}
