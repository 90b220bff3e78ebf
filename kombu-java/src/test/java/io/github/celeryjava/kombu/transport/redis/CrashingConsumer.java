package io.github.celeryjava.kombu.transport.redis;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.ExecutionLedger;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.DeliverySink;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A program that takes messages until it is killed: writes each into a ledger and then acknowledges
 * it, but for every third, which it keeps. The ledger is a file, since what a killed program has
 * written to a pipe may be lost on the way.
 */
final class CrashingConsumer {

  private CrashingConsumer() {}

  public static void main(String[] arguments) throws InterruptedException {
    RedisConnector connector =
        new RedisConnector(
            URI.create(arguments[0]),
            Map.of("global_keyprefix", arguments[1], "visibility_timeout", 2));
    ExecutionLedger ledger = ExecutionLedger.at(Path.of(arguments[2]));
    Channel channel = connector.open();
    channel.consume("jobs", ConsumeOptions.prefetching(100), new Recording(ledger));
    System.out.println("ready");
    Thread.currentThread().join();
  }

  private static final class Recording implements DeliverySink {

    private final ExecutionLedger ledger;
    private final List<Delivery> kept = new ArrayList<>();
    private int count;

    Recording(ExecutionLedger ledger) {
      this.ledger = ledger;
    }

    @Override
    public void accept(Delivery delivery) {
      if (++count % 3 == 0) {
        kept.add(delivery);
        return;
      }
      ledger.record(new String(delivery.message().body(), StandardCharsets.UTF_8));
      delivery.receipt().ack();
    }

    @Override
    public void ended(OperationalException cause) {
      System.out.println("ended " + cause);
    }
  }
}
