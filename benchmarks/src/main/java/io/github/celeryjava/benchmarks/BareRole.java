package io.github.celeryjava.benchmarks;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The loop that anybody would write over amqp-client, with messages identical to ours. */
final class BareRole extends Role {

  private static final int WINDOW = 1000;

  private final ConnectionFactory factory;
  private final Connection connection;
  private final Channel publishing;

  // Mutable state
  private AMQP.@Nullable BasicProperties properties;
  private byte[] body = {};

  private BareRole(String url) throws Exception {
    factory = new ConnectionFactory();
    factory.setUri(url);
    factory.setAutomaticRecoveryEnabled(false); // it costs something
    connection = factory.newConnection();
    publishing = connection.createChannel();
    publishing.confirmSelect();
  }

  public static void main(String[] args) throws Exception {
    serve(() -> new BareRole(args[0]));
  }

  @Override
  void sample() throws Exception {
    GetResponse sample = publishing.basicGet(SAMPLE_QUEUE, false);
    if (sample == null) {
      throw new IllegalStateException("there is no sample in " + SAMPLE_QUEUE);
    }
    properties = sample.getProps();
    body = sample.getBody();
    publishing.basicReject(sample.getEnvelope().getDeliveryTag(), true);
    publishing.queueDeclare(QUEUE, true, false, false, null);
  }

  @Override
  void pipeline(int count) throws Exception {
    for (int i = 1; i <= count; i++) {
      publishing.basicPublish("", QUEUE, properties, body);
      if (i % WINDOW == 0) {
        publishing.waitForConfirmsOrDie();
      }
    }
    publishing.waitForConfirmsOrDie();
  }

  @Override
  void confirmed(int threads, int count) throws Exception {
    onThreads(
        threads,
        () -> {
          try (Channel channel = connection.createChannel()) {
            channel.confirmSelect();
            for (int i = 0; i < count / threads; i++) {
              channel.basicPublish("", QUEUE, properties, body);
              channel.waitForConfirmsOrDie();
            }
          }
        });
  }

  @Override
  void consume(int count) throws Exception {
    CountDownLatch left = new CountDownLatch(count);
    try (Connection consuming = factory.newConnection();
        Channel channel = consuming.createChannel()) {
      channel.basicQos(PREFETCH);
      channel.basicConsume(
          QUEUE,
          false,
          new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(
                String tag, Envelope envelope, AMQP.BasicProperties ignored, byte[] received)
                throws IOException {
              if (left.getCount() > 0) {
                channel.basicAck(envelope.getDeliveryTag(), false);
                left.countDown();
              }
            }
          });
      left.await();
    }
  }
}
