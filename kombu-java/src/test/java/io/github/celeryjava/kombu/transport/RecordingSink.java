package io.github.celeryjava.kombu.transport;

import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.awaitility.Awaitility;

/** A sink that keeps what it is given and lets a test wait for it. Thread-safe. */
public final class RecordingSink implements DeliverySink {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Consumer<Delivery> each;
  private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
  private final List<OperationalException> endings = new CopyOnWriteArrayList<>();

  private RecordingSink(Consumer<Delivery> each) {
    this.each = each;
  }

  /** A sink that settles nothing. */
  public static RecordingSink holding() {
    return new RecordingSink(delivery -> {});
  }

  /** A sink that acknowledges each delivery at once. */
  public static RecordingSink acknowledging() {
    return new RecordingSink(delivery -> delivery.receipt().ack());
  }

  @Override
  public void accept(Delivery delivery) {
    each.accept(delivery);
    deliveries.add(delivery);
  }

  @Override
  public void ended(OperationalException cause) {
    endings.add(cause);
  }

  /** Waits until {@code count} deliveries have come in all; returns all there are by then. */
  public List<Delivery> await(int count) {
    Awaitility.await("deliveries").atMost(LIMIT).until(deliveries::size, size -> size >= count);
    return deliveries();
  }

  /** Waits until the sink was told that nothing will follow. */
  public OperationalException awaitEnd() {
    Awaitility.await("the end").atMost(LIMIT).until(() -> !endings.isEmpty());
    return endings.get(0);
  }

  /** What has come so far. */
  public List<Delivery> deliveries() {
    return List.copyOf(deliveries);
  }

  /** The bodies of what has come so far, as text. */
  public List<String> bodies() {
    return deliveries.stream()
        .map(delivery -> new String(delivery.message().body(), StandardCharsets.UTF_8))
        .toList();
  }

  /** How often the sink was told that nothing will follow. */
  public int endings() {
    return endings.size();
  }
}
