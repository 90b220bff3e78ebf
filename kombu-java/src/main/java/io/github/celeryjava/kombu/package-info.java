/**
 * Messaging that speaks with Python's kombu: connections, producers, consumers, pools.
 *
 * <p>A {@link io.github.celeryjava.kombu.Connection} is a way to a broker, opened on first use and
 * opened again after a loss. A {@link io.github.celeryjava.kombu.Producer} publishes and knows what
 * became of each message before its deadline. A {@link io.github.celeryjava.kombu.Consumer}
 * receives from queues, inside {@link io.github.celeryjava.kombu.Connection#drainEvents}, on the
 * thread that calls it.
 *
 * <pre>{@code
 * Queue video = Queue.bound("video", Exchange.direct("media"), "video");
 *
 * try (Connection connection = Connection.open("amqp://guest:guest@localhost//")) {
 *   Producer producer = connection.producer().exchange(Exchange.direct("media")).build();
 *   producer.publish(
 *       Map.of("name", "intro.mp4"),
 *       PublishOptions.builder().routingKey("video").declare(video).build());
 *
 *   Consumer consumer =
 *       connection
 *           .consumer()
 *           .queue(video)
 *           .handler((body, message) -> {
 *             System.out.println(body);
 *             message.ack();
 *           })
 *           .build();
 *   consumer.consume();
 *   connection.drainEvents(Duration.ofSeconds(5));
 * }
 * }</pre>
 *
 * <p>What is promised, and no more: a publish that returns has been confirmed by the broker; one
 * that fails with {@link io.github.celeryjava.kombu.exceptions.PublishTimeoutException} may have
 * arrived unless the message says that it was not sent; one that had to be sent again may arrive
 * twice. A message that was not settled when its connection was lost is delivered again. Interrupts
 * never close a connection and never hide an outcome.
 *
 * <p>Brokers are reached through {@link io.github.celeryjava.kombu.transport transports}, found by
 * the scheme of the URL: {@code amqp}, {@code amqps}, {@code memory} and others.
 */
@NullMarked
package io.github.celeryjava.kombu;

import org.jspecify.annotations.NullMarked;
