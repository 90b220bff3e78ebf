package io.github.celeryjava.kombu.transport.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.ConnectionFactory;
import io.github.celeryjava.kombu.entity.Binding;
import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.EncodeException;
import io.github.celeryjava.kombu.exceptions.OperationalException;
import io.github.celeryjava.kombu.testing.Services;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConsumeOptions;
import io.github.celeryjava.kombu.transport.ContractBroker;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.RecordingSink;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names that AMQP cannot carry, and what is left of a channel in which the driver failed. */
@Timeout(60)
class AmqpNamesIT {

  /** The driver counts characters before it starts, and bytes when it has begun. */
  private static final String TOO_LONG = "é".repeat(128);

  private final ContractBroker broker = new ContractBroker(TestConnections::open);

  @AfterEach
  void tidyUp() {
    broker.close();
  }

  @Test
  void namesThatAreTooLongAreRefusedAndTheChannelIsUsableAfterwards() {
    Channel channel = broker.newConnection().openChannel(ChannelPurpose.PUBLISHING);
    Queue jobs = broker.declared(channel, "jobs");
    Binding binding = Binding.of(Exchange.direct("amq.direct"), TOO_LONG);
    ConsumeOptions tagged = new ConsumeOptions(TOO_LONG, AckMode.MANUAL, 1, false, Map.of());

    List<ThrowingCallable> calls =
        List.of(
            () -> channel.declareQueue(Queue.named(TOO_LONG)),
            () -> channel.declareExchange(Exchange.direct(TOO_LONG)),
            () -> channel.inspectQueue(TOO_LONG),
            () -> channel.bindQueue(jobs.name(), binding),
            () -> channel.purgeQueue(TOO_LONG),
            () -> channel.deleteQueue(TOO_LONG),
            () -> channel.deleteExchange(TOO_LONG),
            () -> channel.get(TOO_LONG, AckMode.NONE),
            () -> channel.consume(jobs.name(), tagged, RecordingSink.holding()),
            () ->
                channel.publish(
                    Destination.exchange("", TOO_LONG), ContractBroker.message(new byte[1])));

    assertThat(calls)
        .allSatisfy(
            call ->
                assertThatThrownBy(call)
                    .isInstanceOf(EncodeException.class)
                    .hasMessageContaining("256 bytes"));
    assertThat(channel.declareQueue(jobs).name()).isEqualTo(jobs.name());
  }

  @Test
  void aCallInWhichTheDriverFailsEndsItsChannelAndKeepsNobodyWaiting() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(Services.amqp());
    factory.setChannelRpcTimeout(0);
    try (com.rabbitmq.client.Connection connection = factory.newConnection()) {
      com.rabbitmq.client.Channel driver = connection.createChannel();
      AmqpCalls calls =
          new AmqpCalls(driver, new AmqpErrors("amqp://here"), failure -> failure, Runnable::run);

      assertThatThrownBy(
              () -> calls.call("inspect", channel -> channel.queueDeclarePassive(TOO_LONG)))
          .isInstanceOf(OperationalException.class)
          .hasMessageContainingAll("could not inspect", "256");

      assertThat(calls.isOpen()).isFalse();
      CompletableFuture<Void> next =
          CompletableFuture.runAsync(
              () -> {
                assertThatThrownBy(
                        () -> calls.call("look", channel -> channel.queueDeclarePassive("x")))
                    .isInstanceOfSatisfying(
                        OperationalException.class, e -> assertThat(e.isUnsent()).isTrue());
                calls.close();
              });
      next.get(10, TimeUnit.SECONDS);
      assertThat(connection.createChannel().isOpen()).isTrue();
    }
  }
}
