package io.github.celeryjava.kombu.transport.redis;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * What the parts of one connection share.
 *
 * @param clients opens connections
 * @param options what the transport options say
 * @param topology what this process has declared on the server
 * @param bindings makes and ends bindings
 * @param timer runs what is due; shared by the process, so nothing on it may wait
 * @param nanos the monotonic clock
 */
record RedisContext(
    RedisClients clients,
    RedisOptions options,
    RedisTopology topology,
    BindingCommands bindings,
    ScheduledExecutorService timer,
    LongSupplier nanos) {

  /** Longest that the server may read nothing of what is written. */
  Duration standstill() {
    return options.network().answerTimeout().multipliedBy(2);
  }
}
