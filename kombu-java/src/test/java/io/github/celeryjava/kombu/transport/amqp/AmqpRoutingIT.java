package io.github.celeryjava.kombu.transport.amqp;

import static io.github.celeryjava.kombu.transport.ContractBroker.bytes;
import static io.github.celeryjava.kombu.transport.ContractBroker.message;
import static io.github.celeryjava.kombu.transport.ContractBroker.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.ExchangeType;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ContractBroker;
import io.github.celeryjava.kombu.transport.DeleteCondition;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.TransportMessage;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only AMQP has of exchanges, on a real broker; the rest is in the contract of transports. */
@Timeout(60)
class AmqpRoutingIT {

  private final ContractBroker broker = new ContractBroker(TestConnections::open);
  private final Channel channel = broker.open();

  @AfterEach
  void tidyUp() {
    broker.close();
  }

  @Test
  void aHeadersExchangeSelectsByAllOrAnyOfTheHeaders() throws Exception {
    Exchange orders = Exchange.headers(broker.exchangeName("orders"));
    Queue all = boundByHeaders("all", orders, Map.of("x-match", "all", "country", "no", "vip", 1));
    Queue any = boundByHeaders("any", orders, Map.of("x-match", "any", "country", "no", "vip", 1));
    Destination to = Destination.exchange(orders.name(), "");

    broker.publish(to, withHeaders("both", Map.of("country", "no", "vip", 1)));
    broker.publish(to, withHeaders("one", Map.of("country", "no")));
    broker.publish(to, withHeaders("none", Map.of("country", "se")));

    assertThat(text(broker.take(channel, all))).isEqualTo("both");
    assertThat(channel.get(all.name(), AckMode.NONE)).isEmpty();
    assertThat(text(broker.take(channel, any))).isEqualTo("both");
    assertThat(text(broker.take(channel, any))).isEqualTo("one");
    assertThat(channel.get(any.name(), AckMode.NONE)).isEmpty();
  }

  @Test
  void anExchangeReceivesFromAnotherUntilItIsUnbound() throws Exception {
    Exchange source = Exchange.topic(broker.exchangeName("source"));
    Exchange target = Exchange.fanout(broker.exchangeName("target"));
    Queue jobs = broker.declared(channel, Queue.bound(broker.name("jobs"), target, ""));
    channel.declareExchange(source);

    channel.bindExchange(target.name(), Binding.of(source, "a.#"));
    broker.publish(Destination.exchange(source.name(), "a.b"), message(bytes("through")));
    channel.unbindExchange(target.name(), Binding.of(source, "a.#"));
    broker.publish(Destination.exchange(source.name(), "a.b"), message(bytes("lost")));

    assertThat(text(broker.take(channel, jobs))).isEqualTo("through");
    assertThat(channel.get(jobs.name(), AckMode.NONE)).isEmpty();
  }

  @Test
  void whatAnExchangeCannotRouteGoesToItsAlternate() throws Exception {
    Exchange alternate = Exchange.fanout(broker.exchangeName("alternate"));
    Exchange events =
        Exchange.direct(broker.exchangeName("events"))
            .withArguments(Map.of("alternate-exchange", alternate.name()));
    Queue strays = broker.declared(channel, Queue.bound(broker.name("strays"), alternate, ""));
    Queue jobs = broker.declared(channel, Queue.bound(broker.name("jobs"), events, "known"));

    broker.publish(Destination.exchange(events.name(), "known"), message(bytes("routed")));
    broker.publish(new Destination(events.name(), "unknown", true), message(bytes("stray")));

    assertThat(text(broker.take(channel, jobs))).isEqualTo("routed");
    assertThat(text(broker.take(channel, strays))).isEqualTo("stray");
    assertThat(channel.get(strays.name(), AckMode.NONE)).isEmpty();
  }

  @Test
  void theBrokersOwnExchangesAreUsedWithoutBeingDeclared() throws Exception {
    Queue jobs =
        broker.declared(
            channel,
            Queue.bound(broker.name("jobs"), Exchange.topic("amq.topic"), broker.name("*")));

    broker.publish(Destination.exchange("amq.topic", broker.name("x")), message(bytes("work")));

    assertThat(text(broker.take(channel, jobs))).isEqualTo("work");
  }

  @Test
  void aPassiveDeclarationOnlyChecksThatTheExchangeIsThere() {
    Exchange events = Exchange.topic(broker.exchangeName("events"));
    channel.declareExchange(events);
    channel.declareExchange(Exchange.direct(events.name()).passively());

    assertThatThrownBy(
            () -> channel.declareExchange(Exchange.direct(broker.name("missing")).passively()))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.replyCode()).isEqualTo(404));
  }

  @Test
  void anAutoDeleteExchangeGoesWithItsLastBinding() {
    Exchange events = Exchange.direct(broker.exchangeName("events")).autoDeleted();
    Queue jobs = broker.declared(channel, Queue.bound(broker.name("jobs"), events, "key"));

    channel.unbindQueue(jobs.name(), Binding.of(events, "key"));

    assertThatThrownBy(() -> channel.declareExchange(events.passively()))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.replyCode()).isEqualTo(404));
  }

  @Test
  void anExchangeInUseIsNotDeletedIfThatWasAskedFor() {
    Exchange events = Exchange.direct(broker.exchangeName("events"));
    Queue jobs = broker.declared(channel, Queue.bound(broker.name("jobs"), events, "key"));
    Set<DeleteCondition> ifUnused = Set.of(DeleteCondition.IF_UNUSED);

    assertThatThrownBy(() -> channel.deleteExchange(events.name(), ifUnused))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.replyCode()).isEqualTo(406));

    Channel next = broker.open();
    next.unbindQueue(jobs.name(), Binding.of(events, "key"));
    next.deleteExchange(events.name(), ifUnused);
    next.deleteExchange(events.name(), ifUnused);
    assertThatThrownBy(() -> next.declareExchange(events.passively()))
        .isInstanceOf(OperationalException.class);
  }

  @Test
  void aTypeThatTheBrokerDoesNotKnowIsRefusedForGood() {
    Exchange odd = Exchange.of(broker.name("odd"), new ExchangeType("x-odd"));

    assertThatThrownBy(() -> channel.declareExchange(odd))
        .isInstanceOfSatisfying(
            OperationalException.class, e -> assertThat(e.isRecoverable()).isFalse())
        .hasMessageContainingAll("x-odd", odd.name());
  }

  private Queue boundByHeaders(String suffix, Exchange exchange, Map<String, Object> headers) {
    return broker.declared(
        channel,
        Queue.builder(broker.name(suffix))
            .exchange(exchange)
            .bindingArguments(Map.copyOf(headers))
            .build());
  }

  private static TransportMessage withHeaders(String body, Map<String, Object> headers) {
    return new TransportMessage(
        message(bytes(body)).properties(), Map.copyOf(headers), bytes(body));
  }
}
