package io.github.celeryjava.kombu.pidbox;

import io.github.celeryjava.kombu.LamportClock;
import io.github.celeryjava.kombu.ProducerPool;
import io.github.celeryjava.kombu.PublishOptions;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.protocol.PidboxMessage;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Sends requests and answers, and never waits. Thread-safe. */
final class PidboxPublisher implements AutoCloseable {

  private static final Duration WAIT = Duration.ofSeconds(10);

  private final ProducerPool producers;
  private final boolean own;
  private final MailboxQueues queues;
  private final LamportClock clock;
  private final Clock time;
  private final @Nullable String serializer;

  PidboxPublisher(MailboxBuilder settings) {
    ProducerPool given = settings.producers();
    own = given == null;
    producers =
        given == null
            ? ProducerPool.of(settings.connection(), UnaryOperator.identity(), 1, WAIT)
            : given;
    queues = settings.queues();
    clock = settings.clock();
    time = settings.time();
    serializer = settings.serializer();
  }

  /**
   * Sends a request to the nodes.
   *
   * @param timeout how long it is of interest
   */
  CompletableFuture<@Nullable Void> request(PidboxMessage request, Duration timeout) {
    Exchange exchange = queues.exchange();
    return publish(
        request.toBody(),
        PublishOptions.builder()
            .exchange(exchange.name()) // by name alone: requests are persistent, as in kombu
            .routingKey("")
            .declare(exchange)
            .headers(PidboxMessage.requestHeaders(clock.forward(), time.instant(), timeout)));
  }

  CompletableFuture<@Nullable Void> reply(
      Map<String, @Nullable Object> body, PidboxMessage.ReplyTo to, @Nullable String ticket) {
    Exchange exchange = MailboxQueues.replyExchange(to.exchange());
    return publish(
        body,
        PublishOptions.builder()
            .exchange(exchange)
            .routingKey(to.routingKey())
            .declare(exchange)
            .headers(PidboxMessage.replyHeaders(ticket, clock.forward())));
  }

  @Override
  public void close() {
    if (own) {
      producers.close();
    }
  }

  private CompletableFuture<@Nullable Void> publish(
      Map<String, @Nullable Object> body, PublishOptions.Builder options) {
    return producers.publishAsync(
        body, (serializer == null ? options : options.serializer(serializer)).build());
  }
}
