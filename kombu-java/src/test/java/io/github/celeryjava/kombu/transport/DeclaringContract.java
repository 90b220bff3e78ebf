package io.github.celeryjava.kombu.transport;

import static io.github.celeryjava.kombu.transport.ContractBroker.bytes;
import static io.github.celeryjava.kombu.transport.ContractBroker.message;
import static io.github.celeryjava.kombu.transport.ContractBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every transport promises of queues, exchanges and routing. One subclass a transport; the
 * tests are here.
 */
@Timeout(60)
public abstract class DeclaringContract {

  private ContractBroker broker;

  /** A new connection, always to the same broker. */
  protected abstract TransportConnection connect();

  @BeforeEach
  void prepare() {
    broker = new ContractBroker(this::connect);
  }

  @AfterEach
  void tidyUp() {
    broker.close();
  }

  @Test
  void purgingRemovesReadyMessagesOnlyAndCountsThem() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    for (int i = 0; i < 3; i++) {
      broker.publish(jobs, "work " + i);
    }
    Delivery held = broker.take(channel, jobs);

    assertThat(channel.purgeQueue(jobs.name())).isEqualTo(2);

    assertThat(broker.ready(jobs)).isZero();
    held.receipt().requeue();
    assertThat(text(broker.take(channel, jobs))).isEqualTo("work 0");
  }

  @Test
  void deletingAQueueCountsItsMessagesAndDeletingNothingCountsZero() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    broker.publish(jobs, "work");

    assertThat(channel.deleteQueue(jobs.name())).isEqualTo(1);
    assertThat(channel.deleteQueue(jobs.name())).isZero();

    assertThat(channel.inspectQueue(jobs.name())).isEmpty();
  }

  @Test
  void aQueueWithMessagesIsNotDeletedIfThatWasAskedFor() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    Set<DeleteCondition> ifEmpty = Set.of(DeleteCondition.IF_EMPTY);
    broker.publish(jobs, "work");

    assertThatThrownBy(() -> broker.open().deleteQueue(jobs.name(), ifEmpty))
        .isInstanceOfSatisfying(
            OperationalException.class,
            e -> {
              assertThat(e.replyCode()).isEqualTo(406);
              assertThat(e.isRecoverable()).isFalse();
            });

    Channel last = broker.open();
    last.purgeQueue(jobs.name());
    assertThat(last.deleteQueue(jobs.name(), ifEmpty)).isZero();
    assertThat(last.deleteQueue(jobs.name(), ifEmpty)).isZero();
    assertThat(last.inspectQueue(jobs.name())).isEmpty();
  }

  @Test
  void inspectingShowsWhatIsThereAndLeavesTheChannelOpen() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    broker.publish(jobs, "work");

    assertThat(channel.inspectQueue(broker.name("missing"))).isEmpty();
    QueueStatus status = channel.inspectQueue(jobs.name()).orElseThrow();

    assertThat(channel.isOpen()).isTrue();
    assertThat(status.name()).isEqualTo(jobs.name());
    assertThat(status.messages()).isEqualTo(1);
    assertThat(text(broker.take(channel, jobs))).isEqualTo("work");
  }

  @Test
  void declaringAgainWithEqualSettingsDoesNothing() throws Exception {
    Channel channel = broker.open();
    Queue jobs = broker.declared(channel, "jobs");
    broker.publish(jobs, "work");

    QueueStatus again = channel.declare(jobs);

    assertThat(again.name()).isEqualTo(jobs.name());
    assertThat(again.messages()).isEqualTo(1);
  }

  @Test
  void aQueueThatIsNotToBeDeclaredIsNotDeclared() {
    Channel channel = broker.open();
    Queue jobs = Queue.builder(broker.name("jobs")).noDeclare().build();

    QueueStatus status = channel.declare(jobs);

    assertThat(status).isEqualTo(new QueueStatus(jobs.name(), 0, 0));
    assertThat(channel.inspectQueue(jobs.name())).isEmpty();
  }

  @Test
  void aQueueWithoutANameIsGivenOne() throws Exception {
    Channel channel = broker.open();

    QueueStatus first = channel.declareQueue(Queue.builder("").build());
    QueueStatus second = channel.declareQueue(Queue.builder("").build());

    broker.tidy(first.name());
    broker.tidy(second.name());
    assertThat(first.name()).isNotEmpty().isNotEqualTo(second.name());
    broker.publish(Queue.named(first.name()), "work");
    assertThat(text(broker.take(channel, Queue.named(first.name())))).isEqualTo("work");
  }

  @Test
  void anExchangeDeclaredWithAnotherTypeIsRefused() {
    Channel channel = broker.open();
    Exchange direct = Exchange.direct(broker.exchangeName("events"));
    channel.declareExchange(direct);

    assertThatThrownBy(() -> channel.declareExchange(Exchange.topic(direct.name())))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.isRecoverable()).isFalse())
        .hasMessageContaining(direct.name());
  }

  @Test
  void theDefaultExchangeIsNeverDeclared() {
    Channel channel = broker.open();

    channel.declareExchange(Exchange.DEFAULT);

    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void aDirectExchangeRoutesByTheWholeKey() throws Exception {
    Channel channel = broker.open();
    Exchange events = Exchange.direct(broker.exchangeName("events"));
    Queue red = broker.declared(channel, Queue.bound(broker.name("red"), events, "red"));
    Queue blue = broker.declared(channel, Queue.bound(broker.name("blue"), events, "blue"));

    broker.publish(Destination.exchange(events.name(), "red"), message(bytes("work")));
    broker.publish(Destination.exchange(events.name(), "green"), message(bytes("lost")));

    Delivery delivery = broker.take(channel, red);
    assertThat(text(delivery)).isEqualTo("work");
    assertThat(delivery.exchange()).isEqualTo(events.name());
    assertThat(delivery.routingKey()).isEqualTo("red");
    assertThat(channel.get(blue.name(), AckMode.MANUAL)).isEmpty();
  }

  @Test
  void aTopicExchangeRoutesByPattern() throws Exception {
    Channel channel = broker.open();
    Exchange events = Exchange.topic(broker.exchangeName("events"));
    Queue tasks = broker.declared(channel, Queue.bound(broker.name("tasks"), events, "task.*"));
    Queue all = broker.declared(channel, Queue.bound(broker.name("all"), events, "#"));

    broker.publish(Destination.exchange(events.name(), "task.sent"), message(bytes("task")));
    broker.publish(Destination.exchange(events.name(), "worker.online"), message(bytes("worker")));

    assertThat(text(broker.take(channel, tasks))).isEqualTo("task");
    assertThat(channel.get(tasks.name(), AckMode.MANUAL)).isEmpty();
    assertThat(text(broker.take(channel, all))).isEqualTo("task");
    assertThat(text(broker.take(channel, all))).isEqualTo("worker");
  }

  @Test
  void aFanoutExchangeCopiesToEveryQueue() throws Exception {
    Channel channel = broker.open();
    Exchange news = Exchange.fanout(broker.exchangeName("news"));
    Queue one = broker.declared(channel, Queue.bound(broker.name("one"), news, ""));
    Queue two = broker.declared(channel, Queue.bound(broker.name("two"), news, ""));

    broker.publish(Destination.exchange(news.name(), "any"), message(bytes("hello")));

    assertThat(text(broker.take(channel, one))).isEqualTo("hello");
    assertThat(text(broker.take(channel, two))).isEqualTo("hello");
  }

  @Test
  void anUnboundQueueGetsNothingMore() throws Exception {
    Channel channel = broker.open();
    Exchange events = Exchange.direct(broker.exchangeName("events"));
    Queue jobs = broker.declared(channel, Queue.bound(broker.name("jobs"), events, "key"));

    channel.unbindQueue(jobs.name(), Binding.of(events, "key"));
    broker.publish(Destination.exchange(events.name(), "key"), message(bytes("lost")));

    assertThat(channel.get(jobs.name(), AckMode.MANUAL)).isEmpty();
  }
}
