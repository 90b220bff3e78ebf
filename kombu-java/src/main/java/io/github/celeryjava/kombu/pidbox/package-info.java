/**
 * Remote control: commands for one, some or all processes of a kind, and their answers.
 *
 * <p>A {@link io.github.celeryjava.kombu.pidbox.Node} listens under a name and answers; a {@link
 * io.github.celeryjava.kombu.pidbox.Mailbox} sends commands and collects the answers. Both speak
 * with Python's {@code kombu.pidbox}, on which {@code celery inspect} and {@code celery control}
 * are built.
 *
 * <pre>{@code
 * try (Mailbox mailbox = Mailbox.builder("shop", connection).type(ExchangeType.FANOUT).build()) {
 *   Node<Shop> node = mailbox.node("till-1", shop).handler("count", (state, arguments) -> state.count());
 *   node.listen(connection); // answers inside connection.drainEvents
 *
 *   List<Reply> counts = mailbox.multiCall("count", Map.of(), Duration.ofSeconds(1));
 * }
 * }</pre>
 */
@NullMarked
package io.github.celeryjava.kombu.pidbox;

import org.jspecify.annotations.NullMarked;
