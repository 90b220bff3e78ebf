package io.github.celeryjava.examples;

import io.github.celeryjava.kombu.Connection;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.pidbox.Command;
import io.github.celeryjava.kombu.pidbox.Mailbox;
import io.github.celeryjava.kombu.pidbox.Node;
import io.github.celeryjava.kombu.pidbox.NodeListening;
import io.github.celeryjava.kombu.pidbox.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Asks a process, here the same one, how many orders it has; takes the URL of a broker. */
public final class ControlProcesses {

  private ControlProcesses() {}

  /** Runs the example: {@code ControlProcesses [amqp://user:password@host/vhost]}. */
  public static void main(String[] args) {
    String url = args.length > 0 ? args[0] : "memory://control";
    AtomicInteger orders = new AtomicInteger(3);
    // tag::readme[]
    try (Connection connection = Connection.open(url);
        Mailbox mailbox = Mailbox.builder("shop", connection).type(ExchangeType.FANOUT).build()) {
      Node<AtomicInteger> till =
          mailbox.node("till-1", orders).handler("count", (state, arguments) -> state.get());
      try (NodeListening listening = till.listen(connection)) {
        Command count = Command.builder("count").limit(1).timeout(Duration.ofSeconds(5)).build();
        CompletableFuture<List<Reply>> counts =
            listening.ready().thenCompose(ready -> mailbox.callAsync(count));
        while (!counts.isDone()) {
          connection.drainEvents(Duration.ofMillis(100)); // carries commands out
        }
        counts.join().forEach(reply -> System.out.println(reply.hostname() + ": " + reply.value()));
      }
    }
    // end::readme[]
  }
}
