package io.github.celeryjava.kombu.transport.memory;

import static io.github.celeryjava.kombu.transport.virtual.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.celeryjava.kombu.entity.Exchange;
import io.github.celeryjava.kombu.entity.Queue;
import io.github.celeryjava.kombu.exceptions.ConfigurationException;
import io.github.celeryjava.kombu.transport.AckMode;
import io.github.celeryjava.kombu.transport.Capability;
import io.github.celeryjava.kombu.transport.Channel;
import io.github.celeryjava.kombu.transport.ChannelPurpose;
import io.github.celeryjava.kombu.transport.ConnectionOptions;
import io.github.celeryjava.kombu.transport.ConnectionUrl;
import io.github.celeryjava.kombu.transport.ContractBroker;
import io.github.celeryjava.kombu.transport.Delivery;
import io.github.celeryjava.kombu.transport.Destination;
import io.github.celeryjava.kombu.transport.SilentListener;
import io.github.celeryjava.kombu.transport.TransportConnection;
import io.github.celeryjava.kombu.transport.TransportProvider;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryTransportTest {

  private final MemoryChannels channels = new MemoryChannels();

  @AfterEach
  void close() {
    channels.close();
  }

  @Test
  void connectionsThatNameTheSameHostShareTheirQueues() {
    open("shop").declare(Queue.named("jobs"));
    open("shop").publish(Destination.queue("jobs"), message("work")).join();

    assertThat(open("shop").get("jobs", AckMode.NONE)).isPresent();
    assertThat(open("other").inspectQueue("jobs")).isEmpty();
    assertThat(open(null).inspectQueue("jobs")).isEmpty();
  }

  @Test
  void connectionsThatNameNoHostShareTheirQueues() {
    open(null).declare(Queue.named("jobs"));

    assertThat(open(null).inspectQueue("jobs")).isPresent();
  }

  @Test
  void queuesOutliveTheConnectionThatDeclaredThem() {
    var first = channels.connect();
    first.openChannel(ChannelPurpose.CONSUMING).declare(Queue.named("jobs"));

    first.close();

    assertThat(open(null).inspectQueue("jobs")).isPresent();
  }

  @Test
  void anotherProviderIsAnotherWorld() {
    open(null).declare(Queue.named("jobs"));

    try (MemoryChannels elsewhere = new MemoryChannels()) {
      assertThat(elsewhere.open().inspectQueue("jobs")).isEmpty();
    }
  }

  @Test
  void theTransportIsFoundByItsScheme() {
    assertThat(ServiceLoader.load(TransportProvider.class))
        .filteredOn(provider -> provider.schemes().contains("memory"))
        .singleElement()
        .satisfies(
            provider -> {
              assertThat(provider.capabilities())
                  .contains(Capability.MANDATORY, Capability.CONFIRMS, Capability.PRIORITY)
                  .doesNotContain(Capability.HEADERS, Capability.EXCHANGE_BINDINGS);
              assertThat(provider.defaultPort("memory")).isZero();
            });
  }

  @Test
  void aClockThatIsNoneIsRefused() {
    ConnectionUrl url = new ConnectionUrl("memory", null, null, null, null, null, Map.of());
    ConnectionOptions options =
        ConnectionOptions.builder().transportOption("clock", "noon").build();

    assertThatThrownBy(() -> new MemoryTransport().open(url, options, SilentListener.INSTANCE))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("a java.time.Clock");
  }

  @Test
  void aConnectionSaysWhereItLeads() {
    assertThat(channels.connect("shop").description()).isEqualTo("memory://shop");
  }

  private Channel open(String host) {
    return channels.connect(host).openChannel(ChannelPurpose.CONSUMING);
  }

  @Test
  void anOptionThatIsNotKnownIsNamed() {
    ConnectionOptions odd =
        ConnectionOptions.builder().transportOption("visibility_timeout", 3600).build();
    ConnectionUrl url = ConnectionUrl.parse("memory://");

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> new MemoryTransport().open(url, odd, SilentListener.INSTANCE))
        .withMessageContainingAll("memory", "visibility_timeout");
  }

  @Test
  void whatADirectExchangeCannotRouteGoesToTheQueueForStraysIfThereIsOne() throws Exception {
    ConnectionOptions options =
        ConnectionOptions.builder().transportOption("deadletter_queue", "strays").build();
    try (TransportConnection connection =
        new MemoryTransport()
            .open(ConnectionUrl.parse("memory://"), options, SilentListener.INSTANCE)) {
      Channel channel = connection.openChannel(ChannelPurpose.CONSUMING);
      channel.declareExchange(Exchange.direct("direct"));
      channel.declareExchange(Exchange.topic("topic"));

      for (String exchange : List.of("direct", "topic", "")) {
        channel
            .publish(
                Destination.exchange(exchange, "nowhere"),
                ContractBroker.message(ContractBroker.bytes("to '" + exchange + "'")))
            .get(5, TimeUnit.SECONDS);
      }

      Delivery stray = channel.get("strays", AckMode.NONE).orElseThrow();
      assertThat(ContractBroker.text(stray)).isEqualTo("to 'direct'");
      assertThat(stray.routingKey()).isEqualTo("nowhere");
      assertThat(channel.get("strays", AckMode.NONE)).isEmpty();
    }
  }
}
