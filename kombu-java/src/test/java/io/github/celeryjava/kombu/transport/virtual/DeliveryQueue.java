package io.github.celeryjava.kombu.transport.virtual;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.DeliverySink;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A sink that tests take deliveries from one by one, waiting for them. Thread-safe. */
public final class DeliveryQueue implements DeliverySink {

  private static final int LIMIT_SECONDS = 10;

  private final BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
  private final BlockingQueue<OperationalException> ends = new LinkedBlockingQueue<>();

  @Override
  public void accept(Delivery delivery) {
    deliveries.add(delivery);
  }

  @Override
  public void ended(OperationalException cause) {
    ends.add(cause);
  }

  /** The next delivery, waited for. */
  public Delivery next() throws InterruptedException {
    Delivery next = deliveries.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    assertThat(next).as("a delivery within %d s", LIMIT_SECONDS).isNotNull();
    return next;
  }

  public String nextText() throws InterruptedException {
    return text(next());
  }

  public OperationalException end() throws InterruptedException {
    OperationalException end = ends.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    assertThat(end).as("the end of the consumer within %d s", LIMIT_SECONDS).isNotNull();
    return end;
  }

  /** How many deliveries have arrived that nobody has asked for yet. */
  public int waiting() {
    return deliveries.size();
  }

  public boolean hasEnded() {
    return !ends.isEmpty();
  }

  public static String text(Delivery delivery) {
    return new String(delivery.message().body(), StandardCharsets.UTF_8);
  }
}
