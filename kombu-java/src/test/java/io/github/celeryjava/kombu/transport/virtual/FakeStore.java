package io.github.celeryjava.kombu.transport.virtual;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.QueueStatus;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A store that writes down what the engine asks of it, and fails, confirms and wakes as a test
 * says. Any queue exists. Thread-safe.
 */
final class FakeStore implements QueueStore {

  private final Map<String, Deque<FakeMessage>> queues = new HashMap<>();
  private final Map<String, OperationalException> failures = new HashMap<>();
  private final Set<String> armed = new HashSet<>();
  private volatile Runnable onPurge = () -> {};
  private final List<String> journal = new ArrayList<>();
  private final List<CompletableFuture<Void>> publishes = new ArrayList<>();
  private StoreListener listener;
  private boolean confirmsAtOnce = true;
  private Runnable onTake = () -> {};
  private Runnable onAddConsumer = () -> {};
  private final QueueOrder order;

  FakeStore() {
    this(QueueOrder.ROUND_ROBIN);
  }

  FakeStore(QueueOrder order) {
    this.order = order;
  }

  @Override
  public QueueOrder order() {
    return order;
  }

  /** Puts messages into a queue, and wakes whoever armed it. */
  FakeStore put(String queue, String... texts) {
    synchronized (this) {
      for (String text : texts) {
        queue(queue).addLast(new FakeMessage(queue, text));
      }
    }
    wakeIfArmed(queue);
    return this;
  }

  /** Lets each call of that method throw from now on; null ends that. */
  synchronized void failOn(String method, OperationalException failure) {
    failures.put(method, failure);
  }

  /** What happens to happen while a message is being taken. */
  void onTake(Runnable event) {
    onTake = event;
  }

  /** What happens to happen while a consumer is being added. */
  void onAddConsumer(Runnable event) {
    onAddConsumer = event;
  }

  synchronized void confirmLater() {
    confirmsAtOnce = false;
  }

  /** What a purge waits for. */
  void onPurge(Runnable event) {
    onPurge = event;
  }

  /** The futures of what was published and not confirmed at once. */
  synchronized List<CompletableFuture<Void>> publishes() {
    return List.copyOf(publishes);
  }

  /** What was asked, in order: method and main argument. */
  synchronized List<String> journal() {
    return List.copyOf(journal);
  }

  synchronized List<String> journal(String method) {
    return journal.stream().filter(entry -> entry.startsWith(method + " ")).toList();
  }

  synchronized List<String> contents(String queue) {
    return queue(queue).stream().map(FakeMessage::text).toList();
  }

  synchronized boolean isArmed(String queue) {
    return armed.contains(queue);
  }

  StoreListener listener() {
    return listener;
  }

  @Override
  public void attach(StoreListener listener) {
    this.listener = listener;
  }

  @Override
  public void declareExchange(Exchange exchange) {
    note("declareExchange", exchange.name());
  }

  @Override
  public void deleteExchange(String exchange) {
    note("deleteExchange", exchange);
  }

  @Override
  public QueueStatus declareQueue(Queue queue) {
    note("declareQueue", queue.name());
    return new QueueStatus(queue.name(), contents(queue.name()).size(), 0);
  }

  @Override
  public Optional<QueueStatus> inspectQueue(String queue) {
    note("inspectQueue", queue);
    return Optional.of(new QueueStatus(queue, contents(queue).size(), 0));
  }

  @Override
  public void bindQueue(String queue, Binding binding) {
    note("bindQueue", queue);
  }

  @Override
  public void unbindQueue(String queue, Binding binding) {
    note("unbindQueue", queue);
  }

  @Override
  public long purgeQueue(String queue) {
    note("purgeQueue", queue);
    onPurge.run();
    return 0;
  }

  @Override
  public long deleteQueue(String queue) {
    note("deleteQueue", queue);
    return 0;
  }

  @Override
  public synchronized CompletableFuture<Void> publish(
      Destination destination, TransportMessage message) {
    note("publish", destination.routingKey());
    CompletableFuture<Void> future = new CompletableFuture<>();
    if (confirmsAtOnce) {
      future.complete(null);
    } else {
      publishes.add(future);
    }
    return future;
  }

  @Override
  public void addConsumer(String queue, ConsumeOptions options) {
    note("addConsumer", queue);
    onAddConsumer.run();
  }

  @Override
  public void removeConsumer(String queue, ConsumeOptions options) {
    note("removeConsumer", queue);
  }

  @Override
  public List<FakeMessage> take(String queue, int max, AckMode mode) {
    note("take", queue + " " + max + " " + mode);
    List<FakeMessage> taken = new ArrayList<>();
    synchronized (this) {
      while (taken.size() < max && !queue(queue).isEmpty()) {
        taken.add(queue(queue).removeFirst());
      }
    }
    onTake.run();
    return taken;
  }

  @Override
  public void arm(String queue) {
    boolean wake;
    synchronized (this) {
      note("arm", queue);
      armed.add(queue);
      wake = !queue(queue).isEmpty();
    }
    if (wake) {
      wakeIfArmed(queue);
    }
  }

  @Override
  public void flush() {
    note("flush", "");
  }

  @Override
  public void close() {
    note("close", "");
  }

  @Override
  public void abort() {
    note("abort", "");
  }

  private void wakeIfArmed(String queue) {
    boolean wake;
    synchronized (this) {
      wake = armed.remove(queue);
    }
    if (wake) {
      listener.ready(queue);
    }
  }

  private synchronized void note(String method, String argument) {
    journal.add(method + " " + argument);
    OperationalException failure = failures.get(method);
    if (failure != null) {
      throw failure;
    }
  }

  private Deque<FakeMessage> queue(String name) {
    return queues.computeIfAbsent(name, unknown -> new ArrayDeque<>());
  }

  /** A message that goes back to the front of its queue, whoever gives it back. */
  final class FakeMessage implements StoredMessage {

    private final String queue;
    private final String text;

    FakeMessage(String queue, String text) {
      this.queue = queue;
      this.text = text;
    }

    String text() {
      return text;
    }

    @Override
    public String exchange() {
      return "";
    }

    @Override
    public String routingKey() {
      return queue;
    }

    @Override
    public boolean redelivered() {
      return false;
    }

    @Override
    public TransportMessage message() {
      return Messages.message(text);
    }

    @Override
    public void ack() {
      note("ack", text);
    }

    @Override
    public void reject() {
      note("reject", text);
    }

    @Override
    public void requeue() {
      note("requeue", text);
    }

    @Override
    public void giveBack() {
      synchronized (FakeStore.this) {
        note("giveBack", text);
        queue(queue).addFirst(this);
      }
      wakeIfArmed(queue);
    }
  }
}
