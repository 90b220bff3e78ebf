package io.github.celeryjava.kombu.transport.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be done for one connection now and then: finding out whether its lines still move,
 * and renewing what it holds. Runs on the timer, where nothing may wait.
 */
final class StoreUpkeep {

  private static final Logger log = LoggerFactory.getLogger(StoreUpkeep.class);

  private static final long LONGEST_TICK = 1_000;
  private static final long SHORTEST_TICK = 20;

  private final RedisContext context;
  private final RedisLine calls;
  private final RedisWriter writer;
  private final RedisFanout fanout;
  private final RedisHub hub;
  private final UnackedLeases leases;
  private final ScheduledFuture<?> ticking;

  // Mutable state
  private volatile boolean renewing;
  private long renewedAt; // timer thread only

  StoreUpkeep(
      RedisContext context,
      RedisLine calls,
      RedisWriter writer,
      RedisFanout fanout,
      RedisHub hub,
      UnackedLeases leases) {
    this.context = context;
    this.calls = calls;
    this.writer = writer;
    this.fanout = fanout;
    this.hub = hub;
    this.leases = leases;
    renewedAt = context.nanos().getAsLong();
    long tick = tickMillis(context.options());
    ticking = context.timer().scheduleWithFixedDelay(this::tick, tick, tick, TimeUnit.MILLISECONDS);
  }

  void end() {
    ticking.cancel(false);
  }

  private void tick() {
    try {
      lookAfterEverything();
    } catch (RuntimeException e) {
      log.error("Looking after a connection failed", e); // thrown on, it would be the last time
    }
  }

  private void lookAfterEverything() {
    look(calls);
    look(writer.lineIfOpen());
    fanout.check();
    hub.check();
    long now = context.nanos().getAsLong();
    if (now - renewedAt >= context.options().renewalInterval().toNanos()) {
      renewedAt = now;
      renew();
    }
  }

  private void look(@Nullable RedisLine line) {
    Duration health = context.options().healthInterval();
    if (line != null) {
      line.check(context.standstill());
      if (!health.isZero()) {
        line.pingIfIdle(health);
      }
    }
  }

  private void renew() {
    if (leases.isEmpty() || renewing) {
      return;
    }
    renewing = true;
    CompletableFuture<?> unused =
        writer
            .submit(
                connection -> {
                  leases.renew(connection);
                  return true;
                })
            .whenComplete((done, error) -> renewing = false);
  }

  private static long tickMillis(RedisOptions options) {
    long renewal = options.renewalInterval().toMillis() / 4;
    long health = options.healthInterval().toMillis() / 4;
    long wanted = health == 0 ? renewal : Math.min(renewal, health);
    return Math.max(SHORTEST_TICK, Math.min(LONGEST_TICK, wanted));
  }
}
